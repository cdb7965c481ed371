"""Provinces, prefectures and counties of the whole country, for addresses that name more than the deployment knows."""

import csv
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from buildings.geocoding.elements import Kind, lengths_by_beginning

FILE: Final = Path(__file__).parent / "data" / "china.csv"
_KINDS: Final = {2: Kind.PROVINCE, 4: Kind.CITY, 6: Kind.DISTRICT}
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
    with FILE.open(encoding="utf-8", newline="") as lines:
        for code, name in list(csv.reader(lines))[1:]:
            kind = Kind.CITY if code in _MUNICIPALITIES else _KINDS[len(code)]
            known = Known(kind, name, code)
            full.setdefault(name, []).append(known)
            stem = _stem(name)
            if stem != name and len(stem) >= 2:
                short.setdefault(stem, []).append(known)
    return Names(full, lengths_by_beginning(full)), Names(short, lengths_by_beginning(short))


def _stem(name: str) -> str:
    for tail in _TAILS:
        if name.endswith(tail):
            name = name.removesuffix(tail)
            break
    for people in _PEOPLES:
        name = name.removesuffix(people) if len(name) > len(people) + 1 else name
    return name


def full_at(text: str, at: int, within: str = "") -> tuple[str, Known] | None:
    """Return the longest full name at ``at`` and what it means, best inside the division of code ``within``."""
    return _longest(names()[0], text, at, within, strict=False)


def short_at(text: str, at: int, within: str = "") -> tuple[str, Known] | None:
    """Return the longest short name at ``at`` of a division inside that of code ``within``."""
    return _longest(names()[1], text, at, within, strict=True)


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
