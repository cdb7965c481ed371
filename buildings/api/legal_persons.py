"""The doors of legal persons: who is where, and what happens to them."""

from collections.abc import Mapping
from functools import partial
from typing import Any

from django.contrib.auth.models import User
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response

from buildings import legal_selectors as selectors
from buildings.api import legal_bodies as bodies
from buildings.api import orders
from buildings.api.legal_serializers import (
    LegalHistorySerializer,
    LegalPersonDoneSerializer,
    LegalPersonFeatureSerializer,
    LegalPersonSerializer,
)
from buildings.api.orders import EDITING
from buildings.legal_persons.credit_code import cleaned
from buildings.lifecycle import history
from buildings.lifecycle.events import legal_persons as events
from buildings.lifecycle.events.revert import take_back_of_legal_person
from buildings.models import LegalPersonKind, LifecycleEvent
from gisserver.common.errors import Invalid
from gisserver.common.sentences import Sentence
from gisserver.common.web.features import FeatureDoor, FeatureListView
from gisserver.common.web.features import described as shown_as
from gisserver.common.web.params import AT, COMMUNITY, FORMAT, GRID, PAGING, PLACE, moment, whole_number
from gisserver.common.web.views import DoorView

BUILDING = OpenApiParameter("building", int, description="The id of a building.")
CODE = OpenApiParameter("code", str, description="A unified social credit code.")
KIND = OpenApiParameter("kind", str, enum=LegalPersonKind.values, description="What they are.")
NAME = OpenApiParameter("q", str, description="A part of the name, of its pinyin or of its initials; at least 2 signs.")


def _answer(user: User, event: LifecycleEvent) -> Mapping[str, Any]:
    """Return the event and its legal persons as they are now."""
    rows = selectors.touched_by(event.pk, user=user)
    told = {"event": history.described(user, LifecycleEvent.objects.filter(pk=event.pk))[0], "legal_persons": rows}
    answer: Mapping[str, Any] = LegalPersonDoneSerializer(told).data
    return answer


described = partial(orders.described, answer=LegalPersonDoneSerializer)
carried_out = partial(orders.carried_out, tell=_answer)


class LegalPersonListView(FeatureListView):
    """The legal persons at a moment, by place or name; a new one."""

    parameters = (AT, *PLACE, GRID, COMMUNITY, BUILDING, CODE, KIND, NAME, FORMAT, *PAGING)
    permissions_by_method = EDITING
    plain, feature = LegalPersonSerializer, LegalPersonFeatureSerializer
    bbox_filter_field, distance_filter_field = "location_3857", "location"

    @extend_schema(
        operation_id="legal_persons_list",
        responses=shown_as(LegalPersonSerializer(many=True), LegalPersonFeatureSerializer(many=True)),
    )
    def get(self, request: Request) -> Response:
        """List the legal persons that the user may see; for ``q`` the similar names, where none has that part."""
        query, user = request.query_params, request.user
        at = moment(query)
        rows = selectors.legal_persons_to_show(user, at)
        if community := query.get("community"):
            rows = selectors.in_community(rows, user=user, community=community, at=at)
        if grid := query.get("grid"):
            rows = selectors.in_grid(rows, user=user, grid=grid, at=at)
        building, kind = whole_number(query, "building"), query.get("kind")
        if kind and kind not in LegalPersonKind.values:
            known = ", ".join(LegalPersonKind.values)
            raise Invalid("bad_kind", Sentence("{name} must be one of {known}.", name="kind", known=known))
        rows = rows if building is None else rows.filter(building_id=building)
        rows = rows.filter(kind=kind) if kind else rows
        rows = rows.filter(credit_code=cleaned(query["code"])) if query.get("code") else rows
        return self.answer_page(request, selectors.named(rows, query["q"]) if "q" in query else rows)

    @described(bodies.NewLegalPersonBody, "legal_persons_create")
    def post(self, request: Request) -> Response:
        """Begin a legal person, in a unit, in a building, or at a location; one that had ended comes back."""
        return carried_out(
            request,
            bodies.NewLegalPersonBody,
            lambda order, said: events.begin_legal_person(order=order, said=said),
        )


class LegalPersonDetailView(FeatureDoor):
    """One legal person: as it was at a moment, and a change."""

    parameters = (AT, FORMAT)
    permissions_by_method = EDITING
    plain, feature = LegalPersonSerializer, LegalPersonFeatureSerializer

    @extend_schema(
        operation_id="legal_persons_read", responses=shown_as(LegalPersonSerializer, LegalPersonFeatureSerializer)
    )
    def get(self, request: Request, legal_person_id: int) -> Response:
        """Return a legal person."""
        at = moment(request.query_params)
        row = selectors.legal_person(user=request.user, legal_person_id=legal_person_id, at=at)
        return Response(self.serializer_for(request)(row).data)

    @described(bodies.LegalPersonChangeBody, "legal_persons_change", done=status.HTTP_200_OK)
    def patch(self, request: Request, legal_person_id: int) -> Response:
        """Change a legal person's name, kind, status, addresses or place."""
        return carried_out(
            request,
            bodies.LegalPersonChangeBody,
            lambda order, said: events.change_legal_person(order=order, legal_person_id=legal_person_id, said=said),
            done=status.HTTP_200_OK,
        )


class LegalPersonEndView(DoorView):
    """A legal person is struck off, moves away, or is taken over."""

    permissions_by_method = EDITING

    @described(bodies.LegalPersonEndBody, "legal_persons_end")
    def post(self, request: Request, legal_person_id: int) -> Response:
        """End a legal person; ``successors`` (ids) have taken it over."""
        return carried_out(
            request,
            bodies.LegalPersonEndBody,
            lambda order, said: events.end_legal_person(
                order=order, legal_person_id=legal_person_id, successors=said["successors"]
            ),
        )


class LegalPersonRevertView(DoorView):
    """An event of a legal person is taken back."""

    permissions_by_method = EDITING

    @described(bodies.LegalPersonRevertBody, "legal_persons_revert")
    def post(self, request: Request, legal_person_id: int) -> Response:
        """Take back the latest event of the legal person, which ``event`` names, from now on."""
        return carried_out(
            request,
            bodies.LegalPersonRevertBody,
            lambda order, said: take_back_of_legal_person(
                order=order, event_id=said["event"], legal_person_id=legal_person_id
            ),
        )


class LegalPersonHistoryView(DoorView):
    """The life of a legal person."""

    @extend_schema(operation_id="legal_persons_history", responses=LegalHistorySerializer)
    def get(self, request: Request, legal_person_id: int) -> Response:
        """Return what became of it, what it said when, and every event that touched it."""
        found = selectors.history_of(user=request.user, legal_person_id=legal_person_id)
        return Response(LegalHistorySerializer(found).data)
