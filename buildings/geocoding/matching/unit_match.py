"""From a building that is meant to the entrance or the unit in it that the query names."""

import re
from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Final

from buildings.addresses.parsing import rooms
from buildings.addresses.parsing.elements import WITHIN_BUILDING, Kind, Reading
from buildings.geocoding.matching.explanation import Reason, Verdict
from buildings.geocoding.matching.rank import WEIGHTS, Level, Part, Scored

_FOUND_TWICE: Final = 0.9  # what a room earns that the building has in several entrances


def with_part(scored: Scored, reading: Reading, parts: Sequence[Part]) -> Scored:
    """Return the match narrowed to the unit or entrance asked for, if its building has exactly one such.

    A room on another storey than the one said (9楼101 where 101 is on the first) is not the one: its building answers.
    """
    entrance, numbers = _asked(reading, parts)
    if scored.candidate.target == "entrance" and not entrance:
        return scored  # a room in one entrance of several that may have it: its building answers
    own = [p for p in parts if p.building == scored.candidate.building]
    named = [p for p in own if p.target == ("unit" if numbers else "entrance") and _is(p, entrance, numbers)]
    wanted = [p for p in named if _on_the_storey(p, reading)]
    if named and not wanted:
        return replace(scored, reasons=tuple(_other_storey(reason, named[0]) for reason in scored.reasons))
    if len(wanted) > 1 and numbers:
        return _somewhere_inside(scored, wanted)
    if len(wanted) != 1:
        return scored
    return replace(
        scored,
        score=min(1.0, scored.score + _made_good(scored.reasons)),
        level=Level(wanted[0].target),
        reasons=tuple(
            _found(reason, wanted[0], numbers) if reason.kind in WITHIN_BUILDING else reason
            for reason in scored.reasons
        ),
        part=wanted[0],
    )


def _asked(reading: Reading, parts: Sequence[Part]) -> tuple[str, tuple[str, ...]]:
    """Return the entrance and the room's numbers asked for; of two rooms (5栋3 602) the first is an entrance."""
    entrance, asked = reading.value(Kind.ENTRANCE), [e.value for e in reading.of(Kind.ROOM)]
    if not entrance and len(asked) == 2 and any(p.entrance for p in parts):
        entrance = asked[0]
    return entrance, rooms.numbers(reading)


def _on_the_storey(part: Part, reading: Reading) -> bool:
    """Whether a part is not known to be on another storey than the one said."""
    said, storey = reading.value(Kind.FLOOR), _storey(part)
    return not said or storey is None or said == str(storey)


def _storey(part: Part) -> int | None:
    return rooms.storey_of(part.room) if part.floor is None else part.floor


def _other_storey(reason: Reason, part: Part) -> Reason:
    if reason.kind is not Kind.FLOOR:
        return reason
    return reason._replace(verdict=Verdict.CONFLICT, found=str(_storey(part)), alike=0.0)


def _found(reason: Reason, part: Part, numbers: Sequence[str]) -> Reason:
    """Return the reason of an element that the part has answered."""
    if reason.kind is Kind.ROOM and rooms.bare(reason.asked) not in numbers:
        return reason._replace(kind=Kind.ENTRANCE, verdict=Verdict.MATCH, found=part.entrance, earned=1.0)
    if reason.kind is Kind.FLOOR and reason.verdict is Verdict.MISSING and _storey(part) is not None:
        return reason._replace(verdict=Verdict.MATCH, found=str(_storey(part)), alike=1.0, earned=1.0)
    if reason.kind in (Kind.ENTRANCE, Kind.ROOM):
        return reason._replace(verdict=Verdict.MATCH, found=_part_text(part, reason.kind), earned=1.0)
    return reason


def _somewhere_inside(scored: Scored, found: Sequence[Part]) -> Scored:
    """Return the match of a building that has the room asked for more than once: it is meant, but not which room."""
    entrances = "、".join(sorted({room.entrance for room in found if room.entrance}))
    unsaid = Reason(Kind.ENTRANCE, Verdict.UNSAID, "", entrances)
    points = min(1.0, scored.score + _FOUND_TWICE * _made_good(scored.reasons))
    return replace(scored, score=points, reasons=(*scored.reasons, unsaid))


def _made_good(reasons: Sequence[Reason]) -> float:
    """Return what the score gains when the entrance and the room that the address lacks are found in the building."""
    total = sum(WEIGHTS[r.kind] for r in reasons)
    missed = [r for r in reasons if r.kind in WITHIN_BUILDING and r.verdict is Verdict.MISSING]
    return sum(WEIGHTS[r.kind] * (1.0 - r.earned) for r in missed) / total if total else 1.0


def _part_text(part: Part, kind: Kind) -> str:
    return part.room if kind is Kind.ROOM else part.entrance


def _is(part: Part, entrance: str, numbers: Sequence[str]) -> bool:
    if not numbers:
        return _digits(part.entrance) == _digits(entrance)
    same_entrance = not entrance or _digits(part.entrance) == _digits(entrance)
    return same_entrance and rooms.bare(part.room) in numbers


@lru_cache(maxsize=1_000)
def _digits(text: str) -> str:
    return re.sub(r"单元|[号梯门栋 ]", "", text.lower()).lstrip("0")
