"""Django admin of divisions, grids and redraws: history is read here, never edited."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from gisserver.common.access.administering import administered_areas
from gisserver.common.access.models import Viewer
from gisserver.common.access.read_only_admin import ReadOnlyAdmin
from gisserver.common.access.roles import Permission
from grids.models import Division, DivisionVersion, GridVersion, Officer, Post, Redraw


@admin.register(Division)
class DivisionAdmin(ReadOnlyAdmin):
    """The divisions that one administers, found by name or code: the picker of a grant's area."""

    permission = Permission.ADMINISTER
    list_display = ("__str__", "level")
    search_fields = ("versions__name", "versions__name_en", "versions__code")
    ordering = ("pk",)

    def visible(self, rows: QuerySet[Any], user: Viewer) -> QuerySet[Any]:
        """Show those that are there now."""
        areas = administered_areas(user)
        present = rows.filter(pk__in=DivisionVersion.objects.at().values("division_id"))
        return present if areas is None else present.filter(pk__any_of=areas)


@admin.register(DivisionVersion)
class DivisionVersionAdmin(ReadOnlyAdmin):
    """Divisions and their past."""

    list_display = ("code", "name", "level", "kind", "valid", "source")
    list_filter = ("level", "kind")
    search_fields = ("code", "name")


@admin.register(GridVersion)
class GridVersionAdmin(ReadOnlyAdmin):
    """Grids and their past."""

    list_display = ("code", "name", "kind", "officer", "area", "valid", "source")
    list_filter = ("kind",)
    search_fields = ("code", "name", "officer")

    @admin.display(description=_("area (m²)"))
    def area(self, row: Any) -> str:
        """Show the area without its fractions."""
        return f"{row.area_m2:,.0f}"


@admin.register(Officer)
class OfficerAdmin(ReadOnlyAdmin):
    """Officers; their telephones stand in the API, which records who reads them."""

    list_display = ("name", "staff_number", "team", "valid")
    search_fields = ("name", "staff_number")
    exclude = ("phone",)


@admin.register(Post)
class PostAdmin(ReadOnlyAdmin):
    """Posts and their past."""

    list_display = ("officer", "role", "grid", "valid", "reason", "source")
    list_filter = ("role",)
    search_fields = ("officer__name",)


@admin.register(Redraw)
class RedrawAdmin(ReadOnlyAdmin):
    """Redraws."""

    list_display = ("title", "status", "author", "created_at", "effective_at")
    list_filter = ("status",)

    def get_queryset(self, request: HttpRequest) -> Any:
        """Read the authors along."""
        return super().get_queryset(request).select_related("author")
