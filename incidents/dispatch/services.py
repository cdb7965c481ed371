"""Taking a step in an incident's life: one transaction each, the history only grows."""

from datetime import datetime
from pathlib import Path
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction

from gisserver.common.access.roles import Permission
from gisserver.common.db import sql
from gisserver.common.db.clock import database_now
from gisserver.common.errors import Conflict, Forbidden, Invalid
from gisserver.common.sentences import Sentence
from grids.models import Officer, PostRole, holds
from grids.partition_lock import keep_partition
from grids.who_serves import serving
from incidents.dispatch.standing import lock, standing
from incidents.lifecycle.deadlines import Term, resumed, term
from incidents.lifecycle.states import State
from incidents.lifecycle.steps import STEPS, Step, possible
from incidents.models import Assignment, Incident, IncidentStep
from incidents.services import reassign_open_incidents

SQL = Path(__file__).parent / "sql"


@transaction.atomic
def take_step(
    *,
    user: User,
    incident_id: int,
    step: str,
    reason: str = "",
    level: int | None = None,
    officer_id: int | None = None,
    unit: str = "",
    duplicate_of: int | None = None,
) -> IncidentStep:
    """Take a step of `lifecycle.steps` with an incident, and return it.

    ``officer_id`` or ``unit`` (a department) handles it from a dispatch on; without either, the main officer of its
    grid. Raises NotFound, Forbidden, Invalid, or Conflict ``step_not_possible``. Takes the shared partition lock, then
    row locks.
    """
    rule = STEPS[step]
    keep_partition()
    lock(user, incident_id, duplicate_of)
    row = standing(user=user, incident_id=incident_id)
    last = IncidentStep.objects.filter(incident_id=incident_id).order_by("-number").first()
    _demand(user, row, rule)
    _demand_said(rule, reason=reason, duplicate_of=duplicate_of)
    now = database_now()
    said: dict[str, Any] = {"reason": reason, "level": row.level if level is None else level}
    said |= _handler(user, row, rule, officer_id, unit, last)
    if rule.end is State.DUPLICATE and duplicate_of is not None:
        said |= _original(user, incident_id, duplicate_of)
    after = rule.end or State(last.before if last else State.IN_PROGRESS)
    due = _term_after_suspension(last, now) if rule.end is None else term_of(row.type_id, said["level"], after, now)
    if due is not None:
        said |= {"due_at": due.due_at, "remind_at": due.remind_at, "escalate_at": due.escalate_at}
    taken = IncidentStep.objects.create(
        incident_id=incident_id, occurred_at=row.occurred_at, number=(row.step_number or 0) + 1, step=step,
        before=row.state, after=after, by=user, taken_at=now, **said,
    )  # fmt: skip
    if rule.end is State.REOPENED:
        reassign_open_incidents(ids=[incident_id])
    return taken


def _demand(user: User, row: Any, rule: Step) -> None:
    if not holds(user, rule.permission, [row.community_id]):
        raise Forbidden("step_not_yours", Sentence("You may not {step} incidents of this community.", step=rule.name))
    state = State(row.state)
    if state not in rule.start:
        may = [step.name for step in possible(state)]
        raise Conflict(
            "step_not_possible",
            Sentence(
                "The incident is {state}: {step} is no step from there; {may} are.",
                state=state.value,
                step=rule.name,
                may=", ".join(may),
            ),
            state=state.value,
            may=may,
        )
    if rule.by_another and _handled_by(row.pk) == user.pk:
        raise Forbidden("own_handling", "Nobody verifies what they have handled themselves.")


def _handled_by(incident_id: int) -> int | None:
    rows = IncidentStep.objects.filter(incident_id=incident_id, step="handle").order_by("-number")
    return rows.values_list("by_id", flat=True).first()


def _demand_said(rule: Step, **said: Any) -> None:
    for name in rule.needs:
        if not said[name]:
            raise Invalid(
                "step_incomplete", Sentence("{step} needs {member}.", step=rule.name, member=name), member=name
            )


def _handler(
    user: User, row: Any, rule: Step, officer_id: int | None, unit: str, last: IncidentStep | None
) -> dict[str, Any]:
    """Return who handles the incident after a step: named by a dispatch, then the same until it is given back."""
    if rule.name == "dispatch":
        if officer_id is None and not unit:
            officer_id = _main_officer(row.pk)
        elif officer_id is not None and not Officer.objects.visible_to(user).at().filter(pk=officer_id).exists():
            raise Invalid("no_such_handler", Sentence("Officer {officer} is not on the staff.", officer=officer_id))
        return {"officer_id": officer_id, "unit": unit}
    if officer_id is not None or unit:
        raise Invalid(
            "step_says_too_much", Sentence("{step} names nobody: officer and unit are a dispatch's.", step=rule.name)
        )
    keeps = last is not None and rule.end not in {State.RETURNED, State.REOPENED}
    return {"officer_id": last.officer_id, "unit": last.unit} if keeps and last else {}


def _main_officer(incident_id: int) -> int:
    grid_id = Assignment.objects.at().filter(incident_id=incident_id).values_list("grid_id", flat=True).first()
    serves = serving([grid_id]).get(grid_id, []) if grid_id else []
    main = sorted((each for each in serves if each.role == PostRole.MAIN), key=lambda each: not each.on_duty)
    if not main:
        raise Invalid("nobody_to_handle", "No main officer serves the incident's grid: say officer or unit.")
    return main[0].officer_id


def _original(user: User, incident_id: int, duplicate_of: int) -> dict[str, Any]:
    """Return what a merge says of the incident that stays; it is no duplicate itself."""
    original = standing(user=user, incident_id=duplicate_of)
    if duplicate_of == incident_id or original.state == State.DUPLICATE:
        raise Conflict(
            "duplicate_of_duplicate", "Merge with an incident that is no duplicate itself.", state=original.state
        )
    if original.state == State.INVALID:
        raise Conflict(
            "merge_into_invalid", "The other incident was found invalid: reopen it first.", state=original.state
        )
    if not holds(user, Permission.DISPATCH_INCIDENTS, [original.community_id]):
        raise Forbidden("step_not_yours", Sentence("You may not {step} incidents of this community.", step="merge"))
    return {"duplicate_of_id": duplicate_of, "duplicate_occurred_at": original.occurred_at}


def term_of(type_id: int, level: int | None, state: str, since: datetime) -> Term | None:
    """Return until when a state entered at ``since`` must be left, by the deadlines that held then, if any did."""
    found = sql.rows(SQL / "deadline_of.sql", type=type_id, level=level, state=str(state), moment=since)
    return term(since, **found[0]) if found else None


def _term_after_suspension(last: IncidentStep | None, now: datetime) -> Term | None:
    """Return the term of the state that goes on: what was left of it when it was suspended."""
    if last is None:
        return None
    former = IncidentStep.objects.filter(incident_id=last.incident_id, number=last.number - 1).first()
    due = Term(former.due_at, former.remind_at, former.escalate_at) if former and former.due_at else None
    if former is None:  # suspended as it came in
        incident = Incident.objects.get(pk=last.incident_id, occurred_at=last.occurred_at)
        due = term_of(incident.type_id, None, last.before, incident.received_at)
    return resumed(due, suspended_at=last.taken_at, resumed_at=now)
