"""Where incidents stand: their state, since when, until when it must be left, by their last step or their receipt."""

from collections.abc import Sequence
from typing import Any

from django.db.models import Case, CharField, F, OuterRef, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce

from gisserver.common.access.models import Viewer
from gisserver.common.errors import NotFound
from gisserver.common.sentences import Sentence
from incidents.lifecycle.states import STATE_OF_STATUS
from incidents.models import Incident, IncidentStep, RunningTerm


def with_standing(rows: QuerySet[Incident]) -> QuerySet[Incident]:
    """Annotate ``state``, ``state_since``, ``due_at`` (or null), ``level``, ``handler_id``, ``department``."""
    last = IncidentStep.objects.filter(incident_id=OuterRef("pk")).order_by("-number")

    def said(name: str) -> Subquery:
        return Subquery(last.values(name)[:1])

    came_in = Case(
        *(When(status=status, then=Value(state.value)) for status, state in STATE_OF_STATUS.items()),
        output_field=CharField(),
    )
    term = RunningTerm.objects.filter(incident_id=OuterRef("pk"))
    return rows.annotate(
        step_number=said("number"),
        state=Coalesce(said("after"), came_in),
        state_since=Coalesce(said("taken_at"), F("received_at")),
        due_at=Subquery(term.values("due_at")[:1]),
        level=said("level"),
        handler_id=said("officer_id"),
        department=said("unit"),
    )


def lock(user: Viewer, *ids: int | None) -> None:
    """Lock visible incidents before they are read, in the order of their ids: two who merge both don't deadlock."""
    wanted = [each for each in ids if each is not None]
    rows = Incident.objects.visible_to(user).filter(pk__in=wanted).order_by("pk")
    list(rows.select_for_update(no_key=True, of=("self",)).values_list("pk"))


def standing(*, user: Viewer, incident_id: int) -> Any:
    """Return one visible incident with its standing; raises NotFound."""
    row = with_standing(Incident.objects.visible_to(user)).filter(pk=incident_id).first()
    if row is None:
        raise NotFound(
            "no_such_incident", Sentence("No incident {incident_id} is known to you.", incident_id=incident_id)
        )
    return row


def steps_of(incident_id: int) -> Sequence[IncidentStep]:
    """Return the steps of an incident, the first first, each with who took it and whom it named."""
    rows = IncidentStep.objects.filter(incident_id=incident_id).select_related("by", "officer")
    return list(rows.order_by("number"))
