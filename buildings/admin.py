"""Django admin of buildings, units and addresses; households stay out: their reads must be recorded (law 7)."""

from typing import Any

from django.contrib import admin
from django.db.models import Model, QuerySet
from django.http import HttpRequest

from buildings.lifecycle.history import events_visible_to
from buildings.models import Address, Building, LegalPerson, LifecycleEvent, ReviewItem, Unit
from gisserver.common.access.models import Viewer
from gisserver.common.access.read_only_admin import ReadOnlyAdmin
from gisserver.common.access.roles import Permission

# Of a review item, beside what is personal by itself.
_MADE_OF_TEXT = ("normalized", "digest")


@admin.register(Building)
class BuildingAdmin(ReadOnlyAdmin):
    """Buildings."""

    list_display = ("id", "name", "kind", "floors", "valid", "source")
    list_filter = ("kind", "source")
    search_fields = ("name", "codes__code", "addresses__text")


@admin.register(Unit)
class UnitAdmin(ReadOnlyAdmin):
    """Units."""

    list_display = ("id", "number", "building", "floor", "kind", "valid")
    list_filter = ("kind",)
    search_fields = ("number", "codes__code")
    list_select_related = ("building",)


@admin.register(Address)
class AddressAdmin(ReadOnlyAdmin):
    """Addresses."""

    list_display = ("text", "kind", "source", "valid")
    list_filter = ("kind",)
    search_fields = ("text",)


@admin.register(LegalPerson)
class LegalPersonAdmin(ReadOnlyAdmin):
    """Legal persons."""

    list_display = ("credit_code", "name", "kind", "status", "building", "valid", "source")
    list_filter = ("kind", "status", "source")
    search_fields = ("credit_code", "name")
    list_select_related = ("building",)


@admin.register(LifecycleEvent)
class LifecycleEventAdmin(ReadOnlyAdmin):
    """What happened to buildings."""

    list_display = ("id", "kind", "effective_at", "author", "reason", "source", "reverts")
    list_filter = ("kind",)
    list_select_related = ("author",)

    def visible(self, rows: QuerySet[Any], user: Viewer) -> QuerySet[Any]:
        """Show what happened to nothing but buildings that the user may see: a reason may tell of each."""
        return rows.filter(pk__in=events_visible_to(user))


@admin.register(ReviewItem)
class ReviewItemAdmin(ReadOnlyAdmin):
    """The queue of addresses in doubt, without personal values of the rows; decisions are made at the API."""

    permission = Permission.EDIT_REGISTERS
    list_display = ("id", "register", "reason", "status", "source", "created_at", "decided_by")
    list_filter = ("status", "reason", "register")
    search_fields = ("source_ref",)
    list_select_related = ("decided_by",)

    def get_fields(self, request: HttpRequest, obj: Model | None = None) -> Any:
        """Leave out what is made of the personal text."""
        return [name for name in super().get_fields(request, obj) if name not in _MADE_OF_TEXT]

    def lookup_allowed(self, lookup: str, value: Any, request: HttpRequest | None = None) -> bool:
        """Refuse to filter by it, too."""
        return lookup.split("__")[0] not in _MADE_OF_TEXT and super().lookup_allowed(lookup, value, request)
