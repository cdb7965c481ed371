"""Django admin of buildings, units and addresses; households stay out: their reads must be recorded (law 7)."""

from django.contrib import admin

from buildings.models import Address, Building, Unit
from gisserver.common.admin import ReadOnlyAdmin


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
