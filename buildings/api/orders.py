"""How a door carries out a life-cycle event: once for each Idempotency-Key, answered with what it has done."""

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from django.contrib.auth.models import User
from django.db import transaction
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import Serializer

from buildings import selectors
from buildings.api.bodies import OrderBody
from buildings.api.event_serializers import DoneSerializer
from buildings.lifecycle import history
from buildings.lifecycle.act import Order
from buildings.models import LifecycleEvent, Target
from gisserver.common.access.roles import Permission
from gisserver.common.web.bodies import checked
from gisserver.common.web.idempotency import IDEMPOTENCY_KEY, answered_once
from gisserver.common.web.views import DoorView

Said = dict[str, Any]
Perform = Callable[[Order, Said], LifecycleEvent]
Method = TypeVar("Method", bound=Callable[..., Response])
EDITING = {"POST": Permission.EDIT_REGISTERS, "PATCH": Permission.EDIT_REGISTERS}
ORDER = ("effective_at", "reason", "source")
SHOWN_BUILDINGS = 50


def described(
    body: type[OrderBody],
    name: str | None = None,
    *,
    done: int = status.HTTP_201_CREATED,
    answer: type[Serializer[Any]] = DoneSerializer,
) -> Callable[[Method], Method]:
    """Describe a door that carries out an event, or only tells of it (``dry_run``: 200).

    One that several kinds of targets share is named by its path.
    """
    answers = {status.HTTP_200_OK: answer, done: answer}
    return extend_schema(operation_id=name, parameters=[IDEMPOTENCY_KEY], request=body, responses=answers)


def carried_out(
    request: Request,
    body: type[OrderBody],
    perform: Perform,
    *,
    done: int = status.HTTP_201_CREATED,
    tell: Callable[[User, LifecycleEvent], Mapping[str, Any]] | None = None,
) -> Response:
    """Carry out what the body orders, once for each Idempotency-Key (law 8), and ``tell`` the event.

    Unless told otherwise the answer has the buildings that the event touched. A ``dry_run`` does all of it, answers
    with 200, and takes it back; its event has an id that no event will ever have.
    """
    values = dict(checked(request, body).validated_data)
    user = request.user
    assert isinstance(user, User)  # noqa: S101 -- the permission has let no visitor in
    order = Order(user=user, **{name: values.pop(name) for name in ORDER})
    if values.pop("dry_run"):
        return Response(_tried(lambda: (tell or _answer)(user, perform(order, values))))
    door = f"{request.method} {request.path}"[:100]
    return answered_once(request, door, lambda: (tell or _answer)(user, perform(order, values)), done=done)


@transaction.atomic
def _tried(act: Callable[[], Mapping[str, Any]]) -> Mapping[str, Any]:
    """Return what ``act`` makes, and leave nothing of it behind."""
    answer = act()
    transaction.set_rollback(True)
    return answer


def _answer(user: User, event: LifecycleEvent) -> Mapping[str, Any]:
    """Return the event and the buildings that it touched and that stand now."""
    touched = event.effects.exclude(building_id=None).values("building_id")
    rows = selectors.buildings_to_show(user).filter(pk__in=touched)[:SHOWN_BUILDINGS]
    answer: Mapping[str, Any] = DoneSerializer(
        {"event": history.event_detail(user=user, event_id=event.pk), "buildings": rows}
    ).data
    return answer


class EventDoor(DoorView):
    """A door that changes a register."""

    permissions_by_method = EDITING


class PartView(EventDoor):
    """A door about a building, an entrance or a unit."""

    target = Target.BUILDING

    def building(self, request: Request, identity: int) -> int:
        """Return the building that the target is in now; raises NotFound."""
        row = history.visible_part(request.user, self.target, identity)
        return identity if self.target is Target.BUILDING else int(row.building_id)
