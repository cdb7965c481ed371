"""The doors of imports of registers: what each read and did, and taking one back."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.contrib.auth.models import User
from django.db.models import Count, F
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from buildings import legal_selectors
from buildings.api import household_bodies as bodies
from buildings.api import households
from buildings.api.household_serializers import HouseholdDoneSerializer
from buildings.api.import_jobs import ImportStart
from buildings.api.legal_serializers import LegalPersonSerializer
from buildings.api.orders import EDITING, carried_out, described
from buildings.lifecycle.events.revert import take_back_event
from buildings.lifecycle.history import runs_visible_to
from buildings.models import LifecycleEvent, RegisterRun, ReviewItem, ReviewStatus, run_name
from gisserver.common.access.models import Viewer
from gisserver.common.access.roles import Permission
from gisserver.common.web.params import PAGING
from gisserver.common.web.views import DoorView, ListView


class ImportSerializer(serializers.Serializer[Any]):
    """An import: ``id`` is its event's, ``run`` its name in the review queue, ``waiting`` its rows there."""

    id = serializers.IntegerField(source="event_id")
    register = serializers.CharField()
    source = serializers.CharField()  # type: ignore[assignment]
    moment = serializers.DateTimeField(help_text="the day that it tells of")
    recorded_at = serializers.DateTimeField()
    full = serializers.BooleanField(help_text="it told everybody of its source, perhaps in some communities only")
    counts = serializers.DictField(child=serializers.IntegerField())
    run = serializers.SerializerMethodField()
    waiting = serializers.IntegerField(default=0)
    reverted_by = serializers.IntegerField(allow_null=True)

    def get_run(self, row: RegisterRun) -> str:
        """Return the name of the import in the review queue."""
        return run_name(row.source, row.moment)


class ImportListView(ImportStart, ListView):
    """The imports of registers; a new one."""

    parameters = PAGING
    parser_classes = [MultiPartParser]
    permissions_by_method = {"GET": Permission.EDIT_REGISTERS, "POST": Permission.EDIT_REGISTERS}
    ordering = ("-id",)

    @extend_schema(operation_id="imports_list", responses=ImportSerializer(many=True))
    def get(self, request: Request) -> Response:
        """List the imports of which the user sees everything, the latest first."""
        rows = runs_visible_to(request.user).annotate(
            recorded_at=F("event__recorded_at"), reverted_by=F("event__reverted_by")
        )
        response = self.page(request, rows, ImportSerializer)
        imports = response.data["results"]
        waiting = _waiting(request.user, [one["run"] for one in imports])
        for one in imports:
            one["waiting"] = waiting.get((one["register"], one["run"]), 0)
        return response


def _waiting(user: Viewer, runs: Sequence[str]) -> dict[tuple[str, str], int]:
    """Return by register and the name of an import how many of its rows wait for a decision of the user."""
    rows = ReviewItem.objects.visible_to(user).filter(status=ReviewStatus.OPEN, run__in=runs)
    counted = rows.values("register", "run").annotate(rows=Count("pk"))
    return {(one["register"], one["run"]): one["rows"] for one in counted}


class ImportRevertedSerializer(HouseholdDoneSerializer):
    """What taking an import back did: the households, which this answer does not name, and legal persons concerned."""

    legal_persons = LegalPersonSerializer(many=True)


def _answer(user: User, event: LifecycleEvent) -> Mapping[str, Any]:
    """Return the event with its households and legal persons as they are now."""
    rows = legal_selectors.touched_by(event.pk, user=user)
    return {**households.answer(user, event), "legal_persons": LegalPersonSerializer(rows, many=True).data}


class ImportRevertView(DoorView):
    """An import of households or of legal persons is taken back."""

    permissions_by_method = EDITING

    @described(bodies.ImportRevertBody, "imports_revert", answer=ImportRevertedSerializer)
    def post(self, request: Request, event_id: int) -> Response:
        """Take back an import as a whole: of households what was believed before is believed again, units it made end.

        Legal persons are from now on what they were before.
        """
        return carried_out(
            request,
            bodies.ImportRevertBody,
            lambda order, _said: take_back_event(order=order, event_id=event_id),
            tell=_answer,
        )
