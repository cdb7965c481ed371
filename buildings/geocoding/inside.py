"""From a building that is meant to the entrance or the unit in it that the query names."""

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from buildings.geocoding.elements import Kind, Reading
from buildings.geocoding.rank import WEIGHTS, Level, Part, Reason, Scored, Verdict

_FOUND_TWICE: Final = 0.9  # what a room earns that the building has in several entrances


def with_part(scored: Scored, reading: Reading, parts: Sequence[Part]) -> Scored:
    """Return the match narrowed to the unit or entrance asked for, if its building has exactly one such."""
    entrance, room = _asked(reading, parts)
    if scored.candidate.target == "entrance" and not entrance:
        return scored  # a room in one entrance of several that may have it: its building answers
    own = [p for p in parts if p.building == scored.candidate.building]
    wanted = [p for p in own if p.target == ("unit" if room else "entrance") and _is(p, entrance, room)]
    if len(wanted) > 1 and room:
        return _somewhere_inside(scored, wanted)
    if len(wanted) != 1:
        return scored
    return replace(
        scored,
        score=min(1.0, scored.score + _made_good(scored.reasons)),
        level=Level(wanted[0].target),
        reasons=tuple(_found(reason, wanted[0], room) for reason in scored.reasons),
        part=wanted[0],
    )


def _asked(reading: Reading, parts: Sequence[Part]) -> tuple[str, str]:
    """Return the entrance and the room that are asked for; of two rooms (5栋3 602) the first is an entrance."""
    entrance, rooms = reading.value(Kind.ENTRANCE), [e.value for e in reading.of(Kind.ROOM)]
    if not entrance and len(rooms) == 2 and any(p.entrance for p in parts):
        entrance = rooms[0]
    return entrance, rooms[-1] if rooms else ""


def _found(reason: Reason, part: Part, room: str) -> Reason:
    """Return the reason of an element that the part has answered."""
    if reason.kind is Kind.ROOM and _room(reason.asked) != _room(room):
        return replace(reason, kind=Kind.ENTRANCE, verdict=Verdict.MATCH, found=part.entrance)
    if reason.kind in (Kind.ENTRANCE, Kind.ROOM):
        return replace(reason, verdict=Verdict.MATCH, found=_part_text(part, reason.kind))
    return reason


def _somewhere_inside(scored: Scored, rooms: Sequence[Part]) -> Scored:
    """Return the match of a building that has the room asked for more than once: it is meant, but not which room."""
    entrances = "、".join(sorted({room.entrance for room in rooms if room.entrance}))
    unsaid = Reason(Kind.ENTRANCE, Verdict.UNSAID, "", entrances)
    points = min(1.0, scored.score + _FOUND_TWICE * _made_good(scored.reasons))
    return replace(scored, score=points, reasons=(*scored.reasons, unsaid))


def _made_good(reasons: Sequence[Reason]) -> float:
    """Return what the score gains when the entrance and the room that the address lacks are found in the building."""
    total = sum(WEIGHTS[r.kind] for r in reasons)
    missed = [r for r in reasons if r.kind in (Kind.ENTRANCE, Kind.ROOM) and r.verdict is Verdict.MISSING]
    return sum(WEIGHTS[r.kind] for r in missed) / total if total else 1.0


def _part_text(part: Part, kind: Kind) -> str:
    return part.room if kind is Kind.ROOM else part.entrance


def _is(part: Part, entrance: str, room: str) -> bool:
    same_entrance = not entrance or _digits(part.entrance) == _digits(entrance)
    return same_entrance and (not room or _room(part.room) == _room(room))


def _digits(text: str) -> str:
    return re.sub(r"单元|[号梯门栋 ]", "", text.lower()).lstrip("0")


def _room(text: str) -> str:
    return re.sub(r"[室房号]", "", text.lower())
