"""The doors of events on many buildings: told beforehand (``dry_run``), all or nothing, taken back like any event."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.contrib.auth.models import User
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response

from buildings.addresses.rewriting import shifted
from buildings.api import bulk_bodies as bodies
from buildings.api.orders import ORDER, EventDoor, described
from buildings.lifecycle.act import Order
from buildings.lifecycle.bulk import readdress
from buildings.lifecycle.bulk.deed import Deed, Plan, carry_out
from buildings.lifecycle.bulk.demolish import Demolish
from buildings.lifecycle.bulk.recode import Recode
from buildings.lifecycle.bulk.renumber import Renumber
from buildings.lifecycle.bulk.selection import buildings_of, selected
from buildings.lifecycle.bulk.update import Update
from buildings.models import EventKind, Target
from gisserver.common.errors import Invalid
from gisserver.common.languages import spoken
from gisserver.common.web.bodies import checked
from gisserver.common.web.idempotency import answered_once

Said = Mapping[str, Any]
Make = Callable[[User, Said], tuple[Deed, Sequence[int]]]


def _carried_out(request: Request, body: type[bodies.BulkBody], make: Make) -> Response:
    """Carry out what the body orders once for each Idempotency-Key, or only tell what it would do."""
    said = dict(checked(request, body).validated_data)
    user = request.user
    assert isinstance(user, User)  # noqa: S101 -- the permission has let no visitor in
    order = Order(user=user, **{name: said[name] for name in ORDER})

    def perform() -> Mapping[str, Any]:
        deed, ids = make(user, said)
        return _told(carry_out(order=order, deed=deed, ids=ids, dry_run=said["dry_run"]), dry_run=said["dry_run"])

    if said["dry_run"]:
        return Response(perform())
    return answered_once(request, f"POST {request.path}"[:100], perform, done=status.HTTP_201_CREATED)


def _told(plan: Plan, *, dry_run: bool) -> Mapping[str, Any]:
    refusals = [{"building": r.building, "code": r.code, "detail": r.detail} for r in plan.refusals]
    told: Mapping[str, Any] = bodies.PlanSerializer(
        {
            "event": None if dry_run or plan.event is None else plan.event.pk,
            "selected": len(plan.selected),
            "changed": len(plan.changes),
            "effects": plan.effects,
            "unchanged": plan.unchanged,
            "changes": plan.changes,
            "refusals": spoken(refusals),
        }
    ).data
    return told


def _table(rows: Sequence[Said], key: str, value: str) -> dict[int, str]:
    """Return the rows of a table as a mapping; raises Invalid ``named_twice``."""
    table = {row[key]: row[value] for row in rows}
    if len(table) != len(rows):
        raise Invalid("named_twice", "A row of the table is about what another one is about.")
    return table


def _house_numbers(said: Said) -> readdress.Rule:
    numbers = said["numbers"]
    kind = bodies.NUMBERS[numbers["of"]]
    if "add" in numbers:
        return readdress.by_shift(kind, numbers["add"])
    return readdress.in_order(kind, numbers["first"], numbers["step"])


class BulkUpdateView(EventDoor):
    """Set attributes of many buildings."""

    @described(bodies.BulkUpdateBody, "buildings_bulk_update", answer=bodies.PlanSerializer)
    def post(self, request: Request) -> Response:
        """Give many buildings the same use, condition, floors or height."""
        return _carried_out(
            request,
            bodies.BulkUpdateBody,
            lambda user, said: (Update(said["set"]), selected(user, said["select"])),
        )


class BulkDemolishView(EventDoor):
    """Demolish many buildings."""

    @described(bodies.BulkDemolishBody, "buildings_bulk_demolish", answer=bodies.PlanSerializer)
    def post(self, request: Request) -> Response:
        """End many buildings with everything in them."""
        return _carried_out(
            request,
            bodies.BulkDemolishBody,
            lambda user, said: (
                Demolish(end_households=said["end_households"]),
                selected(user, said["select"]),
            ),
        )


class BulkReaddressView(EventDoor):
    """Change the addresses of many buildings."""

    @described(bodies.BulkReaddressBody, "buildings_bulk_readdress", answer=bodies.PlanSerializer)
    def post(self, request: Request) -> Response:
        """Give many buildings other addresses, by a rule or a table; those of what is inside follow."""
        return _carried_out(request, bodies.BulkReaddressBody, _readdress)


def _readdress(user: User, said: Said) -> tuple[Deed, Sequence[int]]:
    rest = {name: said[name] for name in ("keep_former", "share_address")}
    if said["table"]:
        table = _table(said["table"], "building", "address")
        ids = selected(user, {"buildings": list(table)})
        return readdress.Readdress(readdress.by_table(table), **rest), ids
    ids = selected(user, said["select"])
    if said.get("numbers"):
        return readdress.Readdress(_house_numbers(said), **rest), ids
    return readdress.Readdress(readdress.by_names(said["names"]), names=said["names"], **rest), ids


class BulkRenumberView(EventDoor):
    """Renumber many buildings, or the units in them."""

    @described(bodies.BulkRenumberBody, "buildings_bulk_renumber", answer=bodies.PlanSerializer)
    def post(self, request: Request) -> Response:
        """Give many buildings other house numbers, or their units other numbers, by a rule or a table."""
        return _carried_out(request, bodies.BulkRenumberBody, _renumber)


def _renumber(user: User, said: Said) -> tuple[Deed, Sequence[int]]:
    if said["table"]:
        table = _table(said["table"], "unit", "number")
        ids = buildings_of(user, Target.UNIT, list(table))
        return Renumber(lambda unit: table.get(unit.pk, unit.number)), ids
    ids = selected(user, said["select"])
    if said.get("numbers"):
        return readdress.Readdress(_house_numbers(said), kind=EventKind.RENUMBER), ids
    add, prefix = said["units"]["add"], said["units"]["prefix"]

    def rule(unit: Any) -> str:
        number = shifted(unit.number, add) if add else str(unit.number)
        return number and prefix + number

    return Renumber(rule), ids


class BulkRecodeView(EventDoor):
    """Issue codes to many buildings, or to the units in them."""

    @described(bodies.BulkRecodeBody, "buildings_bulk_recode", answer=bodies.PlanSerializer)
    def post(self, request: Request) -> Response:
        """Issue the next free codes, or those of a table; the ones before end and still resolve."""
        return _carried_out(request, bodies.BulkRecodeBody, _recode)


def _recode(user: User, said: Said) -> tuple[Deed, Sequence[int]]:
    target, scheme = Target(said["of"]), said["scheme"]
    if said["table"]:
        table = _table(said["table"], "id", "code")
        return Recode(target, scheme=scheme, table=table), buildings_of(user, target, list(table))
    ids = selected(user, said["select"])
    return Recode(target, scheme=scheme, missing=said["next"] == "missing"), ids
