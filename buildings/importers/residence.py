"""Households as registers tell them: recognised among those that are known, and what a row is news of."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from buildings.doors import Door
from buildings.households import ledger
from buildings.households.ledger import Change
from buildings.households.timeline import News, Period, Words, held_at
from buildings.importers.register_words import Residence, may_be, said_or_known

# The id of a unit, or the key of one that is still to be made.
HomeKey = int | tuple[int, Door]
_NUMBERS = ("residents", "registered", "children", "elderly", "floating")


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What a row says of a household and where it lives; None: it does not say."""

    home: HomeKey
    reference: str
    head_name: str
    phone: str
    residents: int | None = None
    registered: bool | None = None
    children: int | None = None
    elderly: int | None = None
    floating: int | None = None
    residence: Residence = Residence.LIVES


@dataclass(frozen=True, slots=True)
class Known:
    """A household that is known: its periods, and the words that hold at the moment, or nearest to it."""

    identity: int
    periods: Sequence[Period]
    words: Words
    lives: bool


class Residents:
    """The households that some rows are about, locked until the commit.

    A household is recognised by its source's reference; without one, in its unit by name and phone, then by name, where
    that leaves no doubt; in a ``full`` register, which would tell the former one too, also by phone. Equal ones are
    told apart by their number (``twin``). Rows of one unit are asked about together.
    """

    def __init__(
        self,
        said: Iterable[Said],
        source: str,
        moment: datetime,
        *,
        until: datetime | None = None,
        full: bool = False,
    ) -> None:
        self.source, self.moment, self.until = source, moment, until
        self._signs = _SIGNS if full else _SIGNS[:-2]
        told = list(said)
        references = {one.reference for one in told} - {""}
        units = {one.home for one in told if isinstance(one.home, int)}
        self._by_reference: dict[str, Known] = {}
        self._in_unit: dict[int, list[Known]] = defaultdict(list)
        self._taken: set[int] = set()
        self._twins: dict[tuple[int, str, str], set[int]] = defaultdict(set)
        known = ledger.locked_periods(source=source, references=references, units=units)
        for identity, periods in known.items():
            self._add(identity, periods)

    def _add(self, identity: int, periods: Sequence[Period]) -> None:
        held = held_at(periods, self.moment)
        nearest = held or max((p for p in periods if p.since <= self.moment), key=_since, default=periods[0])
        known = Known(identity, periods, nearest.words, held is not None)
        for period in periods:
            words = period.words
            if words.source_ref and words.source == self.source:
                self._by_reference[words.source_ref] = known
            elif not words.source_ref:
                self._twins[words.unit_id, words.head_name, words.phone].add(words.twin)
        for unit in {period.words.unit_id for period in periods}:
            self._in_unit[unit].append(known)

    def of_reference(self, reference: str) -> Known | None:
        """Return the household that the source calls by this reference."""
        return self._by_reference.get(reference) if reference else None

    def living_in(self, unit: HomeKey) -> list[Known]:
        """Return the households that live in a unit at the moment, of this source or of none."""
        known = self._in_unit.get(unit, []) if isinstance(unit, int) else []
        return [
            one for one in known if one.lives and one.words.unit_id == unit and one.words.source in ("", self.source)
        ]

    def recognise(self, rows: Mapping[int, Said]) -> dict[int, Known | None]:
        """Return for each row the household that it is about, None for one that nobody knows."""
        found: dict[int, Known | None] = {}
        by_unit: dict[HomeKey, dict[int, Said]] = defaultdict(dict)
        for index, one in rows.items():
            found[index] = self.of_reference(one.reference)
            if found[index] is None:
                by_unit[one.home][index] = one
        self._taken |= {known.identity for known in found.values() if known is not None}
        for home, those in by_unit.items():
            found |= self._among(home, those)
        return found

    def _among(self, home: HomeKey, rows: Mapping[int, Said]) -> dict[int, Known | None]:
        """Recognise rows among the households of their unit, by the surest sign first."""
        left = dict(rows)
        found: dict[int, Known | None] = dict.fromkeys(rows)
        known = (
            [one for one in self._in_unit.get(home, []) if one.identity not in self._taken]
            if isinstance(home, int)
            else []
        )
        if not known:
            return found
        known.sort(key=lambda one: (not one.lives, one.words.unit_id != home, one.words.twin, one.identity))
        for sign, only in self._signs:
            for index, row in list(left.items()):
                fits = [one for one in known if _may_take(one, row, self.source) and sign(row, one.words)]
                rivals = [other for other in left.values() if fits and sign(other, fits[0].words)] if only else []
                if fits and not (only and (len(fits) > 1 or len(rivals) > 1)):
                    found[index] = fits[0]
                    known.remove(fits[0])
                    self._taken.add(fits[0].identity)
                    del left[index]
        return found

    def change(self, one: Said, known: Known | None, unit: int) -> Change | None:
        """Return what a row, whose unit is ``unit``, is news of; None when all of it is known."""
        if one.residence is not Residence.LIVES:
            return None if known is None or not known.lives else self.leaving(known)
        base = known.words if known else Words(unit, source=self.source, source_ref=one.reference)
        words = self._worded(base, one, unit)
        if known is not None and known.lives and words == known.words:
            return None
        if known is None or words[:3] != base[:3]:
            words = self._one_of_equals(words)
        periods = known.periods if known else ()
        return Change(known.identity if known else None, periods, News(self.moment, words, self.until))

    def leaving(self, known: Known) -> Change:
        """Return the news that a household lives nowhere any more."""
        return Change(known.identity, known.periods, News(self.moment, None, self.until))

    def _worded(self, base: Words, one: Said, unit: int) -> Words:
        told = {name: getattr(one, name) for name in _NUMBERS if getattr(one, name) is not None}
        words = base._replace(
            unit_id=unit,
            head_name=said_or_known(one.head_name, base.head_name),
            phone=said_or_known(one.phone, base.phone),
            **told,
        )
        if one.reference and not base.source_ref:
            words = words._replace(source=self.source, source_ref=one.reference, twin=1)
        if words.residents < (words.children or 0) + (words.elderly or 0) or words.residents < (words.floating or 0):
            words = words._replace(**{name: getattr(one, name) for name in _NUMBERS[2:]})
        return words

    def _one_of_equals(self, words: Words) -> Words:
        if words.source_ref:
            return words
        taken = self._twins[words.unit_id, words.head_name, words.phone]
        twin = next(n for n in range(1, len(taken) + 2) if n not in taken)
        taken.add(twin)
        return words._replace(twin=twin)


def _since(period: Period) -> datetime:
    return period.since


def _may_take(known: Known, row: Said, source: str) -> bool:
    """Say whether a row may be about a household that has, or has not, a reference of its own."""
    words = known.words
    return (
        not words.source_ref
        or (words.source == source and not row.reference)
        or (not words.source and words.source_ref == row.reference)
    )


def _same(row: Said, words: Words) -> bool:
    return (row.head_name, row.phone) == (words.head_name, words.phone)


def _alike(row: Said, words: Words) -> bool:
    return may_be(row.head_name, words.head_name) and may_be(row.phone, words.phone)


def _name(row: Said, words: Words) -> bool:
    return bool(row.head_name) and may_be(row.head_name, words.head_name)


def _phone(row: Said, words: Words) -> bool:
    return bool(row.phone) and may_be(row.phone, words.phone)


def _silent(row: Said, words: Words) -> bool:
    """Say whether a row does not contradict, because it does not name its household."""
    return not (row.head_name or row.phone)


# How a household of a unit is recognised, the surest sign first; True: only if it leaves no doubt. The last two are
# believed of full registers only.
_SIGNS = ((_same, False), (_alike, True), (_name, True), (_phone, True), (_silent, True))
