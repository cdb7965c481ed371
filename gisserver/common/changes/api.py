"""`GET /api/changes`: what has changed since a number, for components that must miss nothing."""

from collections.abc import Collection, Mapping

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from gisserver.common.changes.feed import changes_since
from gisserver.common.changes.kinds import registered
from gisserver.common.errors import Invalid
from gisserver.common.sentences import Sentence
from gisserver.common.web.params import MAX_LIMIT, limit, whole
from gisserver.common.web.views import DoorView

SINCE = OpenApiParameter("since", int, description="The member last of the page before; 0 when absent: from the first.")
KIND = OpenApiParameter("kind", str, description="Only changes of these kinds, with commas between them.")
LIMIT = OpenApiParameter("limit", int, description=f"Changes of a page: 100 unless told, at most {MAX_LIMIT}.")


class ChangeSerializer(serializers.Serializer[object]):
    """Things of one kind that one statement has begun, changed or ended; ask their own doors for what they are now."""

    number = serializers.IntegerField()
    kind = serializers.CharField()
    ids = serializers.ListField(child=serializers.IntegerField())
    recorded_at = serializers.DateTimeField()


class ChangesSerializer(serializers.Serializer[object]):
    """Changes in order; go on with ``since=last``."""

    changes = ChangeSerializer(many=True)
    last = serializers.IntegerField()


class ChangesView(DoorView):
    """The feed of changes."""

    parameters = (SINCE, KIND, LIMIT)

    @extend_schema(operation_id="changes", responses=ChangesSerializer)
    def get(self, request: Request) -> Response:
        """Return the changes after a number, each once and in order; none is ever put in before what was read."""
        query = request.query_params
        page = changes_since(
            user=request.user,
            since=whole(query.get("since", "0"), "since"),
            limit=limit(query),
            kinds=kinds_in(query),
        )
        return Response(ChangesSerializer(page).data)


def kinds_in(query: Mapping[str, str]) -> list[str]:
    """Return the kinds that a query names under ``kind``, or all. Raises Invalid ``bad_kind_of_change``."""
    return known_kinds(said.split(",") if (said := query.get("kind", "")) else ())


def known_kinds(named: Collection[str]) -> list[str]:
    """Return the kinds ``named``, or all when none is. Raises Invalid ``bad_kind_of_change``."""
    known = sorted(registered())
    wanted = list(named) or known
    unknown = sorted(set(wanted) - set(known))
    if unknown:
        raise Invalid(
            "bad_kind_of_change",
            Sentence("No changes of {kind!r} are told; known are: {known}.", kind=unknown[0], known=", ".join(known)),
        )
    return wanted
