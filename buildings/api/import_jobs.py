"""The door that takes a register of households and has a worker import it, or say what an import would do."""

import hashlib
from dataclasses import replace
from typing import Any

from django.utils.translation import get_language
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from buildings.importers.jobs import KIND, Asked
from gisserver.common.access.credentials.authentication import user_id
from gisserver.common.access.roles import Permission
from gisserver.common.dates import recordable
from gisserver.common.errors import Forbidden, Invalid
from gisserver.common.imports.command import MAX_SOURCE
from gisserver.common.jobs.api.serializers import JobSerializer
from gisserver.common.jobs.services import start_job
from gisserver.common.web.bodies import KnownMembers, MomentField, Text
from gisserver.common.web.idempotency import IDEMPOTENCY_KEY, acted_once
from grids.models import visible_communities
from grids.selectors import division_by_code

# A name as the file has it; what no database keeps (NUL, a lone surrogate) is refused.
_NAME = serializers.CharField(trim_whitespace=False, allow_blank=True)


class ImportBody(KnownMembers):
    """A register: its ``file``, and what is said of it; ``mapping`` is a JSON object of field → column.

    ``full``: it tells everybody of its source, in the communities ``areas`` (codes; none: anywhere), of whom
    ``missing`` have left. ``dry_run``: the report says what the import would do.
    """

    file = serializers.FileField()
    source = Text(max_length=MAX_SOURCE)  # type: ignore[assignment]
    mapping = serializers.JSONField(required=False, default=dict)
    effective_at = MomentField(required=False, allow_null=True, default=None)
    full = serializers.BooleanField(required=False, default=False)
    areas = serializers.ListField(child=Text(max_length=60), required=False, default=list, max_length=500)
    missing = serializers.IntegerField(min_value=0, required=False, allow_null=True, default=None)
    make_units = serializers.BooleanField(required=False, default=False)
    dry_run = serializers.BooleanField(required=False, default=False)

    def validate_mapping(self, value: Any) -> Any:
        """Ask for names of columns by names of fields."""
        if not isinstance(value, dict) or not all(isinstance(column, str) for column in value.values()):
            raise serializers.ValidationError("mapping is an object: the name of a column by that of a field.")
        return {_NAME.run_validation(field): _NAME.run_validation(column) for field, column in value.items()}


class ImportStart:
    """The door through which imports begin; mixed into the one that lists them."""

    @extend_schema(
        operation_id="imports_start",
        parameters=[IDEMPOTENCY_KEY],
        request={"multipart/form-data": ImportBody},
        responses={202: JobSerializer},
    )
    def post(self, request: Request) -> Response:
        """Keep a register and have a worker import it; ask for the job at the address in ``Location``."""
        if visible_communities(request.user, Permission.EDIT_REGISTERS) is not None:
            raise Forbidden(
                "not_in_your_area", "A register may tell of any home: who edits registers everywhere imports it."
            )
        body = ImportBody(data=request.data)
        body.is_valid(raise_exception=True)
        asked = _asked(request, body.validated_data)
        data = body.validated_data["file"].read()
        arguments = replace(asked, language=get_language() or asked.language).to_json()

        def act() -> dict[str, Any]:
            user: Any = request.user
            return dict(JobSerializer(start_job(user=user, kind=KIND, arguments=arguments, source=[data])).data)

        same = repr((user_id(request), asked)).encode() + hashlib.sha256(data).digest()
        answer, headers = acted_once(request, "imports/households", act, body=same)
        headers["Location"] = f"/api/jobs/{answer['id']}/"
        return Response(answer, status=status.HTTP_202_ACCEPTED, headers=headers)


def _asked(request: Request, said: Any) -> Asked:
    if not said["full"] and (said["areas"] or said["missing"] is not None):
        raise Invalid("not_full", "areas and missing speak of a full register.")
    moment = said["effective_at"]
    return Asked(
        file_name=said["file"].name,
        source=said["source"],
        mapping=said["mapping"],
        effective_at=None if moment is None else recordable(moment).isoformat(),
        full=said["full"],
        areas=tuple(division_by_code(user=request.user, code=code).division_id for code in said["areas"]),
        missing=said["missing"],
        make_units=said["make_units"],
        dry_run=said["dry_run"],
    )
