"""Hostile files, by kind: each is to cost its sender an error, or be read for what it is, and nobody else anything."""

import random
from collections.abc import Iterator
from dataclasses import dataclass

from bench.attacks.archives import names, packed
from bench.attacks.binaries import databases, rasters, shapes
from bench.attacks.formats import valid
from bench.attacks.pointing import pointing, xml
from bench.attacks.texts import geometries, nested, texts

FLIPS, CUTS = 3, (0.1, 0.5, 0.95)
GROUPS = (nested, texts, geometries, packed, databases, xml, shapes, rasters, pointing, names)


@dataclass(frozen=True, slots=True)
class HostileFile:
    """A file to upload: what it is, its name, its bytes."""

    kind: str
    name: str
    content: bytes


def hostile_files(seed: int = 9) -> Iterator[HostileFile]:
    """Yield more than two hundred."""
    for group in GROUPS:
        for kind, name, content in group():
            yield HostileFile(kind, name, content)
    yield from _damaged(random.Random(seed))


def _damaged(chance: random.Random) -> Iterator[HostileFile]:
    for suffix, content in valid().items():
        for share in CUTS:
            yield HostileFile(f"{suffix}, cut at {share:.0%}", f"a.{suffix}", content[: int(len(content) * share)])
        for number in range(FLIPS):
            bent = bytearray(content)
            for _ in range(1 + len(bent) // 200):
                bent[chance.randrange(len(bent))] ^= 1 << chance.randrange(8)
            yield HostileFile(f"{suffix}, bits turned, {number}", f"a.{suffix}", bytes(bent))
