"""Whom a full register lacks: they have left, if so many are believed, or if their number is confirmed."""

import csv
from collections.abc import Collection, Iterable, Mapping
from pathlib import Path

from buildings.households import ledger
from buildings.households.timeline import Words, held_at
from buildings.importers.register_run import Run
from buildings.importers.residence import Known
from buildings.models import Household
from gisserver.common.imports.command import Reported
from gisserver.common.reading import Table
from gisserver.common.sentences import Sentence

# So few may always be missing: of ten households one is ten per cent.
ALWAYS = 3
_BATCH = 5000


class TooManyMissing(Reported):
    """A full register lacks so many households that somebody has to say that they have left."""

    def __init__(self, missing: Mapping[int, Known], known: int) -> None:
        super().__init__(
            "too_many_missing",
            Sentence(
                "{missing} of the {known} households that this source knows here are not in the file, so nothing was "
                "loaded. If they have left, say --confirm-missing={missing}.",
                missing=len(missing),
                known=known,
            ),
            missing=len(missing),
            known=known,
        )
        self.missing = missing

    def write(self, path: Path) -> Path:
        """Write the list of those who are missing: ids, references and units, no names."""
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("w", encoding="utf-8-sig", newline="") as file:
            lines = csv.writer(file)
            lines.writerow(["household", "source_ref", "unit", "residents", "since"])
            for identity, one in sorted(self.missing.items()):
                words = one.words
                lines.writerow([identity, words.source_ref, words.unit_id, words.residents, one.periods[-1].since])
        return path


class Unloaded:
    """What the rows that were not loaded say of their households: each may be about one that has left else."""

    def __init__(self, table: Table, columns: Mapping[str, str], indexes: Iterable[int]) -> None:
        names = ("source_ref", "head_name", "phone")
        cells = [table.text(columns[name]) if name in columns else None for name in names]
        rows = [tuple(column[index] if column else "" for column in cells) for index in indexes]
        self._references = {reference for reference, *_ in rows} - {""}
        self._people = {(head, phone) for _, head, phone in rows if head or phone}

    def may_tell_of(self, words: Words) -> bool:
        """Say whether one of the rows may be about the household of which these words are said."""
        return words.source_ref in self._references or (not words.source_ref and words[1:3] in self._people)


def missing_households(run: Run, seen: Collection[int], unloaded: Unloaded) -> dict[int, Known]:
    """Return the households that the source knows at the run's moment, in its communities, and that no row was about.

    A row that waits, or was rejected, may be about one: it is not missing. Raises TooManyMissing.
    """
    assert run.full is not None  # noqa: S101 -- asked of full registers only
    rows = Household.objects.filter(source=run.source, valid__contains=run.moment)
    if run.full.communities:
        rows = rows.filter(unit__building__community_id__in=run.full.communities)
    known = set(rows.values_list("identity", flat=True))
    missing: dict[int, Known] = {}
    left = sorted(known - set(seen))
    for start in range(0, len(left), _BATCH):
        for identity, periods in ledger.locked_periods(left[start : start + _BATCH]).items():
            held = held_at(periods, run.moment)
            if held is not None and not unloaded.may_tell_of(held.words):
                missing[identity] = Known(identity, periods, held.words, lives=True)
    return missing


def demand_credible(run: Run, missing: Mapping[int, Known], seen: Collection[int]) -> None:
    """Raise TooManyMissing when more are missing than the run believes, unless their number is confirmed."""
    assert run.full is not None  # noqa: S101 -- asked of full registers only
    known = len(missing) + len(seen)
    if len(missing) > max(ALWAYS, run.full.at_most * known) and run.full.confirmed != len(missing):
        raise TooManyMissing(missing, known)
