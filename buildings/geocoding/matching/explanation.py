"""What becomes of everything that a question says: each element, qualifier and leftover sign, by an address. Pure.

This is the one place that decides what agrees, what contradicts and what is left over. `rank` adds up what the reasons
earn, `calibration` learns from them how often such an answer is right, and `is_doubted` names those that leave no
answer sure, however often it may be right.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final, NamedTuple

from buildings.addresses.parsing import gazetteer_cn
from buildings.addresses.parsing.elements import DIVISIONS, NAMES, Element, Kind, Reading, stem
from buildings.addresses.parsing.rooms import storey_of
from buildings.geocoding.matching.calibration import most
from buildings.geocoding.matching.names import ANOTHERS, CONTAINED, LEFT_OUT, UNPROVEN, likeness, says_a_kind, surplus


class Verdict(StrEnum):
    """What became of an element: of the query's, or (unsaid) of the address's that the query leaves out."""

    MATCH = "match"
    CORRECTED = "corrected"
    MISSING = "missing"
    CONFLICT = "conflict"
    LEFT_OVER = "left_over"
    UNSAID = "unsaid"
    REDUNDANT = "redundant"


GOOD: Final = (Verdict.MATCH, Verdict.CORRECTED)
_HARMLESS: Final = (Verdict.MATCH, Verdict.UNSAID, Verdict.REDUNDANT)  # these bound nothing
UNEXPLAINED: Final = (Verdict.MISSING, Verdict.CONFLICT, Verdict.LEFT_OVER)


class Reason(NamedTuple):
    """What became of one element: what was asked, what the address says, and how alike the two are (0..1).

    ``earned`` is its share of the element's weight, -1 to 1.
    """

    kind: Kind
    verdict: Verdict
    asked: str
    found: str = ""
    alike: float = 1.0
    earned: float = 1.0


@dataclass(frozen=True, slots=True)
class Known:
    """What the deployment knows: names that some address or division bears, and what its divisions' names call."""

    names: frozenset[str] = frozenset()
    divisions: Mapping[str, Kind] = field(default_factory=dict)


NOTHING_KNOWN: Final = Known()


class Bound(StrEnum):
    """What bounds how sure an answer may be; `calibration` holds how often such answers are right nevertheless."""

    NONE = ""
    DOUBTED = "doubted"
    ELSEWHERE = "elsewhere"


DOUBTED: Final = most(Bound.DOUBTED)
ELSEWHERE: Final = most(Bound.ELSEWHERE)
# What says of which road, estate or lane a number is.
_PLACING: Final = frozenset({*NAMES, Kind.LANE})
_UPPER: Final = (Kind.PROVINCE, Kind.CITY, Kind.DISTRICT)
COUNTED: Final = (Kind.LANE, Kind.NUMBER, Kind.BUILDING)
_TYPED: Final = frozenset({*COUNTED, Kind.ENTRANCE, Kind.FLOOR, Kind.ROOM, Kind.QUALIFIER})
# What a missing element still earns: a registered address may leave out any division, but not the number.
_MISSING: Final = {
    Kind.PROVINCE: 0.95, Kind.CITY: 0.9, Kind.DISTRICT: 0.9, Kind.SUBDISTRICT: 0.85, Kind.COMMUNITY: 0.8,
    Kind.POSTCODE: 0.9, Kind.ESTATE: 0.55, Kind.ROAD: 0.4, Kind.FLOOR: 0.8,
}  # fmt: skip
CONTRADICTED: Final = -1.0
_MISPLACED: Final = -0.3
_OTHER_KIND: Final = 0.02
_LONGEST_PLACE: Final = 3  # signs of a place's name without a word for what it is: 布吉
# A few signs behind the number that say where at or beside the house: 东北角, 围墙外; a shop is called otherwise.
_BESIDE: Final = re.compile("[\u2e80-\u9fff]{0,3}(?:[侧角边面外内里下上旁前后处壁东南西北]|(?<!单)间)")
_ANOTHERS: Final = 0.6  # how much less a slip earns by which some other place is called


def explain(asked: Reading, found: Reading, known: Known = NOTHING_KNOWN) -> tuple[Reason, ...]:
    """Return what becomes of each element of a query as read by an address as read, and what the query leaves out.

    A number that contradicts the address's (12号 and 12-1号, 3栋 and 13栋, 9楼 and room 101) ends it: that reason is
    then the only one. A name that is known to be somewhere's own is no slip of another division's, and hardly one of
    another road's or estate's.
    """
    reasons: list[Reason] = []
    before: set[tuple[Kind, str]] = set()
    for element in asked.elements:
        if (said := (element.kind, element.value)) in before:
            reasons.append(Reason(element.kind, Verdict.REDUNDANT, element.text))
            continue
        before.add(said)
        held = found.by_kind.get(element.kind)
        if held and held[0].value == element.value and (element.kind not in NAMES or held[0].text == element.value):
            reasons.append(Reason(element.kind, Verdict.MATCH, element.text, held[0].text))
            continue
        told = _of_element(element, asked, found, known)
        if told[0].earned <= CONTRADICTED:
            return told
        reasons.extend(told)
    reasons.extend(Reason(e.kind, Verdict.UNSAID, "", e.text) for e in _unsaid(asked, found))
    return tuple(reasons)


def ceiling(reasons: Iterable[Reason]) -> float:
    """Return the most that an answer may be sure of with these reasons, 0..1."""
    return most(bound(reasons))


def bound(reasons: Iterable[Reason]) -> Bound:
    """Return what bounds an answer with these reasons.

    ELSEWHERE when the province, city or district said is another one. DOUBTED when the answer contradicts what is said
    of its place, or has no place for it: a subdistrict, community, road or estate that is another one; a name that is
    like the address's, though nothing says how the one became the other (X街 for X路, 坪江大道 for 坪山大道); a lane, a
    door plate or a building (of a room, an entrance) that the address lacks; a sign left over (乙, 二期) by which a
    sibling may be meant; a number without the road or the estate that it is of (六联社区845号).
    """
    told = list(reasons)
    matched = frozenset(r.kind for r in told if r.verdict in GOOD)
    nameless = any(r.verdict is Verdict.UNSAID and r.kind in NAMES for r in told) and not matched & _PLACING
    bounds = {_bound(reason, matched) for reason in told if reason.verdict not in _HARMLESS}
    if Bound.ELSEWHERE in bounds:
        return Bound.ELSEWHERE
    return Bound.DOUBTED if nameless or Bound.DOUBTED in bounds else Bound.NONE


def _bound(reason: Reason, matched: frozenset[Kind]) -> Bound:
    kind, verdict = reason.kind, reason.verdict
    if verdict is Verdict.CONFLICT:
        another = kind in NAMES and kind not in matched  # of two names said, one is the address's: 体育公园旁龙湖花园
        doubted = Bound.DOUBTED if kind in DIVISIONS or another else Bound.NONE
        return Bound.ELSEWHERE if kind in _UPPER else doubted
    needed = (*COUNTED, Kind.ENTRANCE) if Kind.ROOM in matched else COUNTED
    left_out = verdict is Verdict.MISSING and kind in needed
    proof = UNPROVEN if Kind.COMMUNITY in matched else LEFT_OUT
    unproven = verdict is Verdict.CORRECTED and kind in NAMES and reason.alike <= proof
    return Bound.DOUBTED if left_out or unproven or verdict is Verdict.LEFT_OVER else Bound.NONE


def _of_element(element: Element, asked: Reading, found: Reading, known: Known) -> tuple[Reason, ...]:
    if element.kind in NAMES:
        reason = _of_name(element, found.of(*NAMES), known)
        if reason.verdict is Verdict.MATCH:
            return (reason, *_of_surplus(element, reason, found, known))
        return (_of_another_place(element, reason, asked, found, known),)
    others = found.by_kind.get(element.kind, ())
    if element.kind is Kind.FLOOR and not others:
        return (_of_storey(element, found),)
    if not others:
        return (_missing(element),)
    return (_of_number(element, others) if element.kind in _TYPED else _of_division(element, others, known),)


def _of_surplus(element: Element, reason: Reason, found: Reading, known: Known) -> tuple[Reason, ...]:
    """Return what becomes of the rest of a name that holds the address's: 坪山龙湖花园, 惠州龙湖花园, 龙湖花园二期."""
    if element.value == reason.found:
        return ()
    before, behind = surplus(element.value, reason.found)
    before = _without_own(before, found)
    told = [_division_named(before, known) or _left_over(before)] if before and not says_a_kind(before) else []
    return (*told, *([_left_over(behind)] if behind else []))


def _without_own(text: str, found: Reading) -> str:
    """Return a text without the names, full or short, of the divisions that the address lies in at its beginning."""
    if not text:
        return text
    own = {name for e in found.of(*DIVISIONS) for name in (e.value, stem(e.value, e.kind))}
    while name := max((name for name in own if text.startswith(name)), key=len, default=""):
        text = text[len(name) :]
    return text


def _division_named(name: str, known: Known) -> Reason | None:
    """Return the conflict of a name that calls a division in which the address does not lie, or None."""
    kind = known.divisions.get(name) or gazetteer_cn.kind_of(name)
    if kind is None and (upper := gazetteer_cn.full_at(name, 0)):
        kind = upper[1].kind  # 惠州市惠阳区
    return Reason(kind, Verdict.CONFLICT, name, "", 0.0, _MISPLACED) if kind else None


def _of_another_place(element: Element, reason: Reason, asked: Reading, found: Reading, known: Known) -> Reason:
    """Return what becomes of a name that the address does not hold: a division's without its word, or a place's.

    What stands between the divisions and the road (布吉坪山大道829号) says where that is, unless it says what it is
    itself (体育公园, 中心小学); and what stands before a number is what is numbered (坪山大道支路829号).
    """
    if reason.verdict is Verdict.CORRECTED:
        return reason
    rest = _without_own(element.value, found)
    if not rest:
        return Reason(element.kind, Verdict.REDUNDANT, element.text)
    behind = next((e.kind for e in asked.elements if e.start >= element.end), None)
    if behind in COUNTED:
        return _left_over(element.text)
    if element.kind is Kind.ROAD:
        return reason
    elsewhere = _division_named(rest, known)
    if elsewhere or says_a_kind(rest) or len(rest) > _LONGEST_PLACE:
        return elsewhere or reason
    doubtful = behind is Kind.ROAD or len(element.text) == 1 or _BESIDE.fullmatch(element.text)
    return _left_over(element.text) if doubtful else reason


def _left_over(text: str) -> Reason:
    return Reason(Kind.QUALIFIER, Verdict.LEFT_OVER, text, alike=0.0, earned=0.0)


def _missing(element: Element) -> Reason:
    if element.kind is Kind.QUALIFIER:
        return _left_over(element.text)
    return Reason(element.kind, Verdict.MISSING, element.text, alike=0.0, earned=_MISSING.get(element.kind, 0.0))


def _conflict(element: Element, other: Element, earned: float) -> Reason:
    return Reason(element.kind, Verdict.CONFLICT, element.text, other.text, 0.0, earned)


def _of_number(element: Element, others: Sequence[Element]) -> Reason:
    held = _same(element, others)
    if held is None:
        return _conflict(element, others[0], CONTRADICTED)
    return Reason(element.kind, Verdict.MATCH, element.text, held.text)


def _same(element: Element, others: Iterable[Element]) -> Element | None:
    """Return the first of the others that says the very same."""
    return next((o for o in others if o.kind is element.kind and o.value == element.value), None)


def _of_storey(element: Element, found: Reading) -> Reason:
    """Return what becomes of a storey where the address says none but has a room whose number may hold it."""
    room = next(iter(found.by_kind.get(Kind.ROOM, ())), None)
    storey = storey_of(room.value) if room else None
    if room is None or storey is None:
        return _missing(element)
    if str(storey) != element.value:
        return _conflict(element, room, CONTRADICTED)
    return Reason(element.kind, Verdict.MATCH, element.text, room.text)


def _of_division(element: Element, others: Sequence[Element], known: Known) -> Reason:
    same = _same(element, others)
    if same is not None:
        return Reason(element.kind, Verdict.MATCH, element.text, same.text)
    alike, best = max(((likeness(element.value, o.value), o) for o in others), key=lambda pair: pair[0])
    own = element.value in known.names or bool(element.code)  # 竹坑社区 is no slip of 老坑社区, 福州市 none of 广州市
    if alike < UNPROVEN or (alike < CONTAINED and own):
        return _conflict(element, best, _MISPLACED)
    verdict = Verdict.MATCH if alike >= CONTAINED else Verdict.CORRECTED
    return Reason(element.kind, verdict, element.text, best.text, alike, alike)


def _of_name(element: Element, others: Sequence[Element], known: Known) -> Reason:
    """Return what becomes of a road's or an estate's name; what one takes for a road another may take for an estate."""
    same = _same(element, others)
    if same is not None:
        return Reason(element.kind, Verdict.MATCH, element.text, same.text)
    alike, same_kind, best = max(
        ((likeness(element.value, o.value), o.kind is element.kind, o) for o in others),
        key=lambda found: found[0] - (not found[1]) * _OTHER_KIND,
        default=(0.0, True, None),
    )
    slipped = 0.0 < alike < CONTAINED
    if best is not None and alike > 0.0:
        earned = alike * alike - (not same_kind) * _OTHER_KIND
        if slipped and element.value in known.names:
            return Reason(element.kind, Verdict.CORRECTED, element.text, best.text, ANOTHERS, earned - _ANOTHERS)
        verdict = Verdict.CORRECTED if slipped else Verdict.MATCH
        return Reason(element.kind, verdict, element.text, best.text, alike, earned)
    conflicting = next((o for o in others if o.kind is element.kind), None)
    return _missing(element) if conflicting is None else _conflict(element, conflicting, _MISPLACED)


def _unsaid(asked: Reading, found: Reading) -> list[Element]:
    """Return what the address says and the query does not: kinds left out, and further numbers."""
    held, first = asked.by_kind, found.by_kind
    return [
        e
        for e in found.elements
        if (
            all(o.value != e.value for o in held[e.kind]) and e.kind in COUNTED
            if e.kind in held
            else e.kind not in DIVISIONS or e is first[e.kind][0]
        )
    ]
