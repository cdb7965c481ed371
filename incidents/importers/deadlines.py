"""The deadlines of incidents from a sheet, which says all of them."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from django.db import transaction

from gisserver.common.dates import recordable
from gisserver.common.db.advisory_locks import take_turn
from gisserver.common.db.validity import since
from gisserver.common.errors import Invalid
from gisserver.common.imports.command import Outcome, Rejects
from gisserver.common.reading import Field, Table
from incidents.dispatch.terms import renew_first_terms
from incidents.lifecycle.states import State
from incidents.models import LEVELS, Deadline, IncidentType

FIELDS = (
    Field("state", ("状态", "环节"), required=True),
    Field("hours", ("时限", "时限小时"), required=True),
    Field("type", ("type_code", "类型", "事件类型代码")),
    Field("level", ("级别", "等级")),
    Field("remind_before_hours", ("提前提醒小时",)),
    Field("escalate_after_hours", ("超时升级小时",)),
)
_MINUTES_OF_A_YEAR = 365 * 24 * 60
_Row = tuple[str, int | None, int | None, int, int | None, int | None]


@transaction.atomic
def import_deadlines(
    *,
    table: Table,
    columns: Mapping[str, str],
    source: str,
    effective_at: datetime | None = None,
    partial: bool = False,
) -> Outcome:
    """Bring the deadlines in: new ones begin, those that the sheet has not, or has otherwise, end.

    Raises Invalid or RowsRejected.
    """
    turn = take_turn("incident_deadlines", "")
    moment = recordable(effective_at) if effective_at else turn
    if Deadline.objects.filter(valid__startswith__gt=moment).exists():
        raise Invalid("planned_later", "Deadlines that begin later are on record already: begin these then, or later.")
    rejects = Rejects(table)
    types = dict(IncidentType.objects.at(moment).values_list("code", "pk"))
    wanted: dict[Any, _Row] = {}
    for index in range(len(table)):
        cells = {name: table.text(column)[index].strip() for name, column in columns.items()}
        try:
            row = _row(cells, types)
        except ValueError as fault:
            rejects.add(index, "bad_deadline", str(fault))
            continue
        if row[:3] in wanted:
            rejects.add(index, "duplicate_deadline", "An earlier row says the deadline of this state, type and level.")
        wanted.setdefault(row[:3], row)
    rejected = rejects.finish(partial=partial)
    held = {_of(deadline): deadline for deadline in Deadline.objects.at(moment)}
    over = [deadline for row, deadline in held.items() if row not in wanted.values()]
    Deadline.objects.filter(pk__in=[deadline.pk for deadline in over]).end(moment)
    new = [row for row in wanted.values() if row not in held]
    names = ("state", "type_id", "level", "minutes", "remind_before", "escalate_after")
    Deadline.objects.bulk_create(
        Deadline(**dict(zip(names, row, strict=True)), valid=since(moment), source=source[:100]) for row in new
    )
    renew_first_terms(moment)
    unchanged = len(wanted) - len(new)
    return Outcome(read=len(table), begun=len(new), ended=len(over), unchanged=unchanged, rejected=rejected)


def _of(deadline: Deadline) -> _Row:
    return (
        deadline.state, deadline.type_id, deadline.level, deadline.minutes, deadline.remind_before,
        deadline.escalate_after,
    )  # fmt: skip


def _row(cells: Mapping[str, str], types: Mapping[str, int]) -> _Row:
    """Return what a row says; raises ValueError with an English sentence."""
    state, code, level = cells["state"], cells.get("type", ""), cells.get("level", "")
    if state not in set(State):
        raise ValueError(f"A state is one of {', '.join(State)}, not {state[:40]!r}.")
    if code and code not in types:
        raise ValueError(f"There is no incident type {code[:60]!r}.")
    if level and level not in {str(each) for each in LEVELS}:
        raise ValueError(f"A level is 1, the most urgent, to 4, not {level[:20]!r}.")
    minutes = _minutes(cells["hours"])
    if not minutes:
        raise ValueError("A deadline has hours, more than none.")
    before, after = (_minutes(cells.get(name, "")) for name in ("remind_before_hours", "escalate_after_hours"))
    return state, types.get(code), int(level) if level else None, minutes, before, after


def _minutes(text: str) -> int | None:
    if not text:
        return None
    try:
        minutes = Decimal(text) * 60
    except InvalidOperation:
        raise ValueError(f"Not a number of hours: {text[:20]!r}.") from None
    if not minutes.is_finite() or not 0 <= minutes <= _MINUTES_OF_A_YEAR or minutes != int(minutes):
        raise ValueError(f"Hours are whole minutes from 0 to a year, not {text[:20]!r}.")
    return int(minutes)
