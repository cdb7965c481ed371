"""Addresses that name people: found wherever they came from, and cut to the part that everybody may read."""

from collections.abc import Iterator, Sequence

from django.db import connection, transaction

from buildings.addresses.text.normalize import normalize
from buildings.lifecycle.act import Act, Order
from buildings.lifecycle.addresses import MAX_TEXT, REVIEW
from buildings.masking import address_part, without_contacts
from buildings.models import Address, Entrance, EventKind, KnownName, Target, Unit
from gisserver.common.db import deferred

REDACTED = "已隐去"


def personal_addresses() -> Iterator[Address]:
    """Yield the addresses, ended ones too, that hold a telephone or identity number or a person's name.

    A bare name is looked for only where raw texts have become addresses (source "review"): elsewhere it may be that of
    a place.
    """
    for address in Address.objects.filter(division__isnull=True).order_by("pk").iterator(chunk_size=5000):
        if public_part(address) != address.text:
            yield address


def public_part(address: Address) -> str:
    """Return what of an address everybody may read."""
    return address_part(address.text) if address.source == REVIEW else without_contacts(address.text)


@transaction.atomic
def redact(*, order: Order, addresses: Sequence[Address]) -> None:
    """Cut these addresses of one building to their public part, in the past too; an event says that it was done.

    The one place where history is rewritten: what must not be read is not kept to be read. The raw text of a reviewed
    row stays in the review queue, masked.
    """
    act = Act(EventKind.READDRESS, order)
    building = building_of(addresses[0])
    act.lock([building], ended=True)
    deferred.check_now()  # a table with checks that are still to come cannot be altered
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE buildings_address DISABLE TRIGGER buildings_address_never_rewritten")
        names = {name for address in addresses for name in address.names}
        for address in addresses:
            address.text = public_part(address) or REDACTED
            address.normalized = normalize(address.text)[:MAX_TEXT]
            address.save(update_fields=["text", "normalized", "keys", "names"])
            act.note_change(Target.ADDRESS, address, {}, {}, building=building)
        deferred.check_now()
        cursor.execute("ALTER TABLE buildings_address ENABLE TRIGGER buildings_address_never_rewritten")
    _forget({name for name in names if not Address.objects.filter(names__contains=[name]).exists()})
    act.record()


def _forget(names: set[str]) -> None:
    """Let nobody be offered names that no address holds any more; each is written as ``name|pinyin|initials``."""
    KnownName.objects.filter(name__in={one.partition("|")[0] for one in names}).delete()


def building_of(address: Address) -> int:
    """Return the building that an address is of, or in which its target is."""
    if address.building_id is not None:
        return address.building_id
    if address.entrance_id is not None:
        return Entrance.objects.values_list("building_id", flat=True).get(pk=address.entrance_id)
    return Unit.objects.values_list("building_id", flat=True).get(pk=address.unit_id or 0)
