"""The dispatcher's queues: what waits for somebody, oldest first."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Now

from gisserver.common.access.models import Viewer
from gisserver.common.sentences import Sentence
from incidents.dispatch.standing import with_standing
from incidents.lifecycle.states import State
from incidents.lifecycle.steps import WAITING
from incidents.models import Assignment, Incident
from incidents.models.incidents import IS_OPEN, IS_UNFINISHED
from incidents.selectors import incidents_to_show

# Below this the place may well lie in the grid beside; the runner-up is shown.
SURE = 0.8


@dataclass(frozen=True, slots=True)
class Queue:
    """A queue: what it is called, and which of the unfinished incidents are in it."""

    called: Sentence
    condition: Callable[[], Q]


def _held(**condition: Any) -> Exists:
    now = Assignment.objects.at().filter(incident_id=OuterRef("pk"), occurred_at=OuterRef("occurred_at"))
    return Exists(now.filter(**condition))


def _doubtful() -> Q:
    return IS_OPEN & Q(_held(confidence__lt=SURE) | _held(rule__in=["border", "nearest"], confidence__isnull=True))


def _stands(*states: State) -> Callable[[], Q]:
    return lambda: Q(state__in=[state.value for state in states])


QUEUES: Mapping[str, Queue] = {
    "unassigned": Queue(Sentence("no grid has them"), lambda: IS_OPEN & Q(_held(rule="none"))),
    "doubtful": Queue(Sentence("another grid may have them"), _doubtful),
    "decision_ended": Queue(
        Sentence("the grid that was decided by hand has ended"), lambda: IS_OPEN & Q(_held(reason="decision_ended"))
    ),
    "to_accept": Queue(Sentence("to be accepted"), _stands(State.REPORTED)),
    "to_dispatch": Queue(Sentence("to be dispatched"), _stands(*WAITING)),
    "under_way": Queue(Sentence("being handled"), _stands(State.DISPATCHED, State.IN_PROGRESS)),
    "suspended": Queue(Sentence("suspended"), _stands(State.SUSPENDED)),
    "to_verify": Queue(Sentence("to be verified"), _stands(State.HANDLED)),
    "to_close": Queue(Sentence("to be closed"), _stands(State.VERIFIED)),
    "overdue": Queue(Sentence("past their deadline"), lambda: Q(due_at__lte=Now())),
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
    """Return how many incidents that the user may see are in each queue."""
    rows = with_standing(Incident.objects.visible_to(user).filter(IS_UNFINISHED))
    return {name: rows.filter(each.condition()).count() for name, each in QUEUES.items()}
