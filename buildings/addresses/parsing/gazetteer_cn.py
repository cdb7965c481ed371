"""Provinces, prefectures and counties of the whole country, for addresses that name more than the deployment knows."""

import csv
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from buildings.addresses.parsing.elements import Kind, Place, lengths_by_beginning
from buildings.addresses.text.pinyin import spelled

DATA: Final = Path(__file__).parents[1] / "data"
FILE: Final = DATA / "china.csv"
FORMER: Final = DATA / "former_districts.csv"
_KINDS: Final = {2: Kind.PROVINCE, 4: Kind.CITY, 6: Kind.DISTRICT}
_CITIES: Final = (Kind.PROVINCE, Kind.CITY)
_MUNICIPALITIES: Final = ("11", "12", "31", "50")
_PEOPLES: Final = (
    "壮族", "回族", "维吾尔", "土家族", "苗族", "藏族", "羌族", "彝族", "哈尼族", "傣族", "白族", "傈僳族", "蒙古",
    "朝鲜族", "布依族", "侗族", "哈萨克", "柯尔克孜",
)  # fmt: skip
_TAILS: Final = ("自治区", "自治州", "自治县", "特别行政区", "新区", "地区", "省", "市", "盟", "区", "县")


@dataclass(frozen=True, slots=True)
class Known:
    """A division of the country: its level, full name and code."""

    kind: Kind
    name: str
    code: str


@dataclass(frozen=True, slots=True)
class Names:
    """Names with what each may mean, and how long those are that begin with the same two signs."""

    meanings: Mapping[str, list[Known]]
    lengths: Mapping[str, list[int]]


@cache
def names() -> tuple[Names, Names]:
    """Return the full names and the short ones (温州, 瓯海)."""
    full: dict[str, list[Known]] = {}
    short: dict[str, list[Known]] = {}
    for known in by_code().values():
        full.setdefault(known.name, []).append(known)
        stem = _stem(known.name)
        if stem != known.name and len(stem) >= 2:
            short.setdefault(stem, []).append(known)
    return Names(full, lengths_by_beginning(full)), Names(short, lengths_by_beginning(short))


@cache
def by_code() -> Mapping[str, Known]:
    """Return the divisions of the country by their codes."""
    with FILE.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.reader(lines))[1:]
    return {code: Known(Kind.CITY if code in _MUNICIPALITIES else _KINDS[len(code)], name, code) for code, name in rows}


def beyond(code: str) -> tuple[Place, ...]:
    """Return what a deployment's topmost division of this code lies in, the widest first: 440310 in 广东省深圳市.

    A district that was part of another one before may be called by that one's name too.
    """
    with FORMER.open(encoding="utf-8", newline="") as lines:
        former = {row["code"]: row["part_of"] for row in csv.DictReader(lines)}
    upper = [by_code().get(code[:length]) for length in (2, 4, 6) if length < len(code)]
    return tuple(
        Place(known.kind, known.name)
        for known in (*upper, by_code().get(former.get(code[:6], "")))
        if known is not None
    )


@cache
def spelled_names() -> Mapping[str, tuple[str, ...]]:
    """Return the provinces and cities by how they sound, full and short: shanghai and shanghaishi are 上海市."""
    found: dict[str, tuple[str, ...]] = {}
    for known in by_code().values():
        for sound in {spelled(known.name)[0], spelled(_stem(known.name))[0]} if known.kind in _CITIES else ():
            found[sound] = (*found.get(sound, ()), known.name)
    return found


def _stem(name: str) -> str:
    for tail in _TAILS:
        if name.endswith(tail):
            name = name.removesuffix(tail)
            break
    for people in _PEOPLES:
        name = name.removesuffix(people) if len(name) > len(people) + 1 else name
    return name


@cache
def beginnings_of_provinces() -> frozenset[str]:
    """Return the two signs that the names of provinces, full and short, begin with."""
    tables = (table.meanings for table in names())
    return frozenset(
        name[:2] for table in tables for name, held in table.items() if any(k.kind is Kind.PROVINCE for k in held)
    )


def full_at(text: str, at: int, within: str = "") -> tuple[str, Known] | None:
    """Return the longest full name at ``at`` and what it means, best inside the division of code ``within``."""
    return _longest(names()[0], text, at, within, strict=False)


def short_at(text: str, at: int, within: str = "") -> tuple[str, Known] | None:
    """Return the longest short name at ``at`` of a division inside that of code ``within``."""
    return _longest(names()[1], text, at, within, strict=True)


def meanings(name: str) -> list[Known]:
    """Return what a full name may mean."""
    return names()[0].meanings.get(name, [])


def kind_of(name: str) -> Kind | None:
    """Return what a name, full or short, calls in the country: the widest of the divisions that bear it, or None."""
    held = [known for table in names() for known in table.meanings.get(name, ())]
    return min(held, key=lambda known: len(known.code)).kind if held else None


def _longest(table: Names, text: str, at: int, within: str, *, strict: bool) -> tuple[str, Known] | None:
    for length in table.lengths.get(text[at : at + 2], ()):
        name = text[at : at + length]
        held = table.meanings.get(name)
        if held:
            inside = _inside(held, within)
            if inside or not strict:
                return name, inside or held[0]
    return None


def _inside(held: Iterable[Known], within: str) -> Known | None:
    return next((k for k in held if k.code.startswith(within) and k.code != within), None)
