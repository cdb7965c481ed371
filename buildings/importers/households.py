"""Households from a file: each in a unit of a building that is known, by code or by address."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from itertools import chain

from django.db import transaction

from buildings.importers.homes import EndedHome, HomeRow, homes_made, in_successors, place_homes
from buildings.importers.missing import Unloaded, demand_credible, missing_households
from buildings.importers.register_rows import read_rows
from buildings.importers.register_run import REGISTER, Full, Run
from buildings.importers.register_words import Residence
from buildings.importers.register_writing import Loading
from buildings.importers.residence import Said
from buildings.models import Doubt, run_name
from buildings.review.queue import Waiting, enqueue
from gisserver.common.db.advisory_locks import take_turn
from gisserver.common.errors import Invalid
from gisserver.common.imports.command import Outcome, Rejects
from gisserver.common.imports.memory import uncollected
from gisserver.common.reading import RowProblem, Table


@uncollected()
@transaction.atomic
def import_households(
    *,
    table: Table,
    columns: Mapping[str, str],
    source: str = "",
    effective_at: datetime | None = None,
    partial: bool = False,
    make_units: bool = False,
    full: Full | None = None,
) -> Outcome:
    """Bring the households of a file in, as one event that can be taken back; the same file again changes nothing.

    A home is told by its unit's code, by its building's code (any that each has ever had) or reference and its door,
    or by the address. Rows whose home is in doubt wait in the review queue: an address that is not sure, a unit that
    its building does not have (unless ``make_units``), a home that no longer stands. A household is recognised by its
    source's reference, else in its unit by name and phone, and keeps its identity. With ``full``, whom the source knows
    and the file lacks has left. One import of a source waits for another, then for who changes these buildings.
    Raises Invalid, RowsRejected or TooManyMissing.
    """
    source = source[:100]
    now = take_turn(REGISTER, source)
    run = Run(source=source, moment=effective_at or now, now=now, full=full)
    if not {"building", "address", "unit_code"} & set(columns):
        raise Invalid("missing_column", "No column for the building: name it with --map building=… or --map address=…")
    rejects = Rejects(table)
    rows, ended = read_rows(table, columns, rejects)
    repeated = _refuse_named_twice(rows, rejects)
    rows = {index: row for index, row in rows.items() if index not in rejects and index not in repeated}
    rejected = rejects.finish(partial=partial)
    departed = _departed(rows, ended)
    settled, asked = in_successors({i: one for i, one in ended.items() if i not in departed})
    rows = {i: row for i, row in rows.items() if i not in departed} | settled
    homes, waiting = place_homes(rows, make_units=make_units)
    waiting |= asked
    homes, notes = homes_made(homes, source=source, moment=run.moment, event=lambda: run.event)
    unloaded = Unloaded(table, columns, {*waiting, *(problem.number - 1 for problem in rejected)})
    loading = Loading(run, unloaded)
    loading.load(homes)
    loading.load_departures({index: _departure(row) for index, row in departed.items()})
    _end_missing(run, loading, unloaded)
    new = enqueue(list(waiting.values()), register=REGISTER, run=run_name(source, run.moment), source=source)
    notes = [*_unused(table, columns), *_notes(waiting.values(), new, loading), *notes]
    outcome = _outcome(table, loading, rejected, waiting, len(repeated), notes)
    run.record(outcome.counts())
    return outcome


def _end_missing(run: Run, loading: Loading, unloaded: Unloaded) -> None:
    if run.full is None:
        return
    missing = missing_households(run, loading.seen, unloaded)
    moving = {(one.head_name, one.phone) for one, _ in loading.arriving}
    staying = {i: one for i, one in missing.items() if (one.words.head_name, one.words.phone) not in moving}
    demand_credible(run, staying, loading.seen)
    loading.end_missing(missing)


def _departed(rows: Mapping[int, HomeRow], ended: Mapping[int, EndedHome]) -> dict[int, HomeRow]:
    """Return the rows that tell by reference of a household which has left: it does not matter where it lived."""
    told = chain(rows.items(), ((index, one.row) for index, one in ended.items()))
    return {index: row for index, row in told if row.residence == Residence.LEFT and row.source_ref}


def _departure(row: HomeRow) -> Said:
    return Said(home=0, reference=row.source_ref, head_name="", phone="", residence=Residence.LEFT)


def _refuse_named_twice(rows: Mapping[int, HomeRow], rejects: Rejects) -> set[int]:
    """Reject rows that say otherwise of a household than one before; return those that say the same again."""
    by_reference: dict[str, list[int]] = defaultdict(list)
    for index, row in rows.items():
        if row.source_ref:
            by_reference[row.source_ref].append(index)
    again: set[int] = set()
    for indexes in by_reference.values():
        for index in indexes[1:]:
            if rows[index] == rows[indexes[0]]:
                again.add(index)
            else:
                rejects.add(index, "named_twice", f"Row {indexes[0] + 1} says something else of the same household.")
    return again


def _outcome(
    table: Table,
    loading: Loading,
    rejected: Sequence[RowProblem],
    waiting: Mapping[int, Waiting],
    repeated: int,
    notes: Sequence[str],
) -> Outcome:
    return Outcome(
        read=len(table),
        begun=loading.begun,
        changed=loading.changed,
        ended=loading.ended,
        unchanged=loading.counts["unchanged"] + repeated,
        rejected=rejected,
        in_doubt=len(waiting),
        missing=loading.counts["missing"],
        notes=notes,
    )


def _unused(table: Table, columns: Mapping[str, str]) -> list[str]:
    """Return a note of the columns that nothing was read from."""
    unused = [name for name in table.fields if name not in columns.values()]
    shown = ", ".join(unused[:20]) + (", …" if len(unused) > 20 else "")
    return [f"not read: {shown} (--map FIELD=COLUMN says what a column means)"] if unused else []


def _notes(waiting: Collection[Waiting], new: int, loading: Loading) -> list[str]:
    strangers = sum(1 for one in waiting if one.doubt.reason == Doubt.UNKNOWN_UNIT)
    gone = sum(1 for one in waiting if one.doubt.reason == Doubt.ENDED_HOME)
    notes = [f"{len(waiting)} rows are in doubt ({new} new): decide them at /api/reviews/"] if waiting else []
    if strangers:
        notes.append(f"{strangers} of them name a unit that its building does not have: --make-units makes such units")
    if gone:
        notes.append(f"{gone} of them name a home that no longer stands: what stands in its place is asked")
    if loading.counts["missing"]:
        notes.append(f"{loading.counts['missing']} households are not in the register any more: they have left")
    if loading.counts["left_unknown"]:
        notes.append(f"{loading.counts['left_unknown']} rows tell of leaving households that nobody knows here")
    return notes
