"""The dispatcher's queues: what waits for somebody, oldest first."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Now

from gisserver.common.access.models import Viewer
from gisserver.common.sentences import Sentence
from incidents.dispatch.standing import with_standing
from incidents.lifecycle.states import State
from incidents.lifecycle.steps import WAITING
from incidents.models import Assignment, Incident, RunningTerm
from incidents.models.incidents import IS_OPEN, IS_UNFINISHED
from incidents.selectors import incidents_to_show

# Below this the place may well lie in the grid beside; the runner-up is shown.
SURE = 0.8


@dataclass(frozen=True, slots=True)
class Queue:
    """A queue: what it is called, which of the unfinished incidents are in it; ``states`` if these alone say so."""

    called: Sentence
    condition: Callable[[], Q]
    states: tuple[State, ...] = ()


def _held(**condition: Any) -> Exists:
    now = Assignment.objects.at().filter(incident_id=OuterRef("pk"), occurred_at=OuterRef("occurred_at"))
    return Exists(now.filter(**condition))


def _doubtful() -> Q:
    return IS_OPEN & Q(_held(confidence__lt=SURE) | _held(rule__in=["border", "nearest"], confidence__isnull=True))


def _by_state(called: Sentence, *states: State) -> Queue:
    return Queue(called, lambda: Q(state__in=[state.value for state in states]), states)


QUEUES: Mapping[str, Queue] = {
    "unassigned": Queue(Sentence("no grid has them"), lambda: IS_OPEN & Q(_held(rule="none"))),
    "doubtful": Queue(Sentence("another grid may have them"), _doubtful),
    "decision_ended": Queue(
        Sentence("the grid that was decided by hand has ended"), lambda: IS_OPEN & Q(_held(reason="decision_ended"))
    ),
    "to_accept": _by_state(Sentence("to be accepted"), State.REPORTED),
    "to_dispatch": _by_state(Sentence("to be dispatched"), *WAITING),
    "under_way": _by_state(Sentence("being handled"), State.DISPATCHED, State.IN_PROGRESS),
    "suspended": _by_state(Sentence("put on hold"), State.SUSPENDED),
    "to_verify": _by_state(Sentence("to be verified"), State.HANDLED),
    "to_close": _by_state(Sentence("to be closed"), State.VERIFIED),
    "overdue": Queue(
        Sentence("past their deadline"),
        lambda: Q(pk__in=RunningTerm.objects.filter(due_at__lte=Now()).values("incident_id")),
    ),
}


def queue(user: Viewer, name: str) -> QuerySet[Incident]:
    """Return the visible incidents of a queue, with their standing and grid, oldest first."""
    rows = with_standing(incidents_to_show(user).filter(IS_UNFINISHED)).filter(QUEUES[name].condition())
    now = Assignment.objects.at().filter(incident_id=OuterRef("pk"), occurred_at=OuterRef("occurred_at"))
    return rows.annotate(
        confidence=Subquery(now.values("confidence")[:1]), margin_m=Subquery(now.values("margin_m")[:1])
    ).order_by("received_at", "pk")


def handled_by(rows: Any, officer_id: int) -> QuerySet[Incident]:
    """Return the rows of a queue that an officer was told to handle."""
    told: QuerySet[Incident] = rows.filter(handler_id=officer_id)
    return told


def lengths(user: Viewer) -> dict[str, int]:
    """Return how many incidents that the user may see are in each queue; the states are counted in one go."""
    rows: Any = with_standing(Incident.objects.visible_to(user).filter(IS_UNFINISHED))
    stand = dict(rows.values_list("state").annotate(n=Count("pk")))
    return {
        name: sum(stand.get(state, 0) for state in each.states)
        if each.states
        else rows.filter(each.condition()).count()
        for name, each in QUEUES.items()
    }
