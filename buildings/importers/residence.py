"""Households as registers tell them: recognised, begun, ended; each reference means one household at any instant."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.db.models import Q

from buildings.doors import Door
from buildings.importers.dating import Begin, Span, placed
from buildings.models import Household

_BATCH = 2000
# The id of a unit, or the key of one that is still to be made.
HomeKey = int | tuple[int, Door]
Words = tuple[HomeKey, str, str, int, bool]
Key = tuple[HomeKey | str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What a row says of a household and where it lives."""

    home: HomeKey
    reference: str
    head_name: str
    phone: str
    residents: int
    registered: bool

    @property
    def words(self) -> Words:
        """What may change of a household."""
        return self.home, self.head_name, self.phone, self.residents, self.registered


class Residents:
    """What is known of the households that some rows are about.

    A household is recognised by its source's reference; without one, in its unit by name and phone, and of equal
    ones by their number (``twin``).
    """

    def __init__(self, said: Sequence[Said], source: str) -> None:
        self.source = source
        self._known: dict[Key, list[Span]] = defaultdict(list)
        self._twins: dict[Key, list[int]] = defaultdict(list)
        self._seen: dict[Key, int] = defaultdict(int)
        references = {one.reference for one in said} - {""}
        units = {one.home for one in said if isinstance(one.home, int)}
        # Households of before sources were kept have none: they are taken over where they live.
        told = Q(source=source, source_ref__in=references) | Q(source="", source_ref__in=references, unit__in=units)
        for row in Household.objects.filter(told | Q(source_ref="", unit__in=units)).order_by("twin", "pk"):
            self._note(row)

    def _note(self, row: Household) -> None:
        key: Key = (row.source_ref,)
        if not row.source_ref:
            people: Key = (row.unit_id, row.head_name, row.phone)
            if row.twin not in self._twins[people]:
                self._twins[people].append(row.twin)
            key = (*people, row.twin)
        words: Words = (row.unit_id, row.head_name, row.phone, row.residents, row.registered)
        since = row.changed_at or row.valid.lower
        if since > row.valid.lower:  # what it said before is kept as its former state, and stays
            self._known[key].append(Span(row.pk, None, row.valid.lower, since))
        self._known[key].append(Span(row.pk, words, since, row.valid.upper))

    def begin(self, one: Said, *, moment: datetime, now: datetime) -> tuple[Household, Begin] | None:
        """Return the household that a row begins, not stored yet, and how; None when it is known already.

        It has no unit while that is still to be made. Raises TooLate. Of equal rows without a reference each is a
        household of its own: ask once for each.
        """
        key, twin = self._key(one)
        how = placed(self._known[key], one.words, moment=moment, now=now)
        if how is None:
            return None
        row = Household(
            head_name=one.head_name,
            phone=one.phone,
            residents=one.residents,
            registered=one.registered,
            source=self.source,
            source_ref=one.reference,
            twin=twin,
            valid=DateTimeTZRange(moment, how.until, "[)"),
        )
        if isinstance(one.home, int):
            row.unit_id = one.home
        return row, how

    def _key(self, one: Said) -> tuple[Key, int]:
        if one.reference:
            return (one.reference,), 1
        people: Key = (one.home, one.head_name, one.phone)
        nth, held = self._seen[people], self._twins[people]
        self._seen[people] += 1
        twin = held[nth] if nth < len(held) else max(held, default=0) + nth - len(held) + 1
        return (*people, twin), twin


def write(begun: Mapping[int, tuple[Household, Begin]], moment: datetime) -> int:
    """Store what `Residents.begin` returned, by row; return how many households ended for it."""
    ending = {how.ending for _, how in begun.values() if how.ending is not None}
    Household.objects.filter(pk__in=ending).end(moment)
    Household.objects.bulk_create([row for row, _ in begun.values()], batch_size=_BATCH)
    return len(ending)
