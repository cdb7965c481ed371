"""Rows of a building register that have an address and no coordinates: they are about a building that is known."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from buildings.importers.addresses import AddressText
from buildings.importers.events import record_import
from buildings.models import Building, Doubt, Target
from buildings.review.matching import Matched, doubt_of, match_many
from buildings.review.queue import Waiting, enqueue

REGISTER = "buildings"


@dataclass(frozen=True, slots=True, kw_only=True)
class Placeless:
    """A row without coordinates: what it says of its building, and where its address says that it is."""

    index: int
    source_ref: str
    address: AddressText
    words: Mapping[str, Any]


def match_placeless(rows: Sequence[Placeless], *, source: str, moment: datetime) -> tuple[set[int], int]:
    """Let each row say what it says of the building that its address means for sure; the others wait for review.

    Returns the buildings that changed, and how many rows wait.
    """
    told = match_many([row.address.text for row in rows], to=["building"] * len(rows))
    matched = {match.building for match in told if isinstance(match, Matched)}
    registered = dict(Building.objects.filter(pk__in=matched, source=source).values_list("pk", "source_ref"))
    changed: set[int] = set()
    waiting = []
    for row, match in zip(rows, told, strict=True):
        if isinstance(match, Matched) and registered.get(match.building, row.source_ref) != row.source_ref:
            # The same register knows that building by another reference: this row is about a neighbour.
            match = doubt_of(row.address.text, Doubt.UNSURE)
        if not isinstance(match, Matched):
            waiting.append(
                Waiting(
                    number=row.index + 1,
                    text=row.address.text,
                    row=said(row.words),
                    doubt=match,
                    source_ref=row.source_ref,
                    community=row.words.get("community_id"),
                )
            )
        elif correct(match.building, row.words, moment):
            changed.add(match.building)
    record_import(Target.BUILDING, source=source, moment=moment, changed=changed)
    enqueue(waiting, register=REGISTER, run=f"{source} {moment:%Y-%m-%dT%H:%M:%S}", source=source)
    return changed, len(waiting)


def said(words: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a row says, without what it leaves open."""
    return {name: value for name, value in words.items() if value not in ("", None) and name != "community_id"}


def correct(building: int, words: Mapping[str, Any], moment: datetime) -> bool:
    """Let a building say these words from ``moment`` on; return whether that is anything new."""
    row = Building.objects.select_for_update(no_key=True).get(pk=building)
    new = {name: value for name, value in said(words).items() if getattr(row, name) != value}
    if not new or row.valid.upper is not None:
        return False
    began = row.changed_at or row.valid.lower
    Building.objects.filter(pk=building).update(**new, changed_at=max(began, moment))
    return True
