"""Django admin of divisions, grids and redraws: history is read here, never edited."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from gisserver.common.admin import ReadOnlyAdmin
from grids.models import DivisionVersion, GridVersion, Redraw


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

    @admin.display(description="面积 area (m²)")
    def area(self, row: Any) -> str:
        """Show the area without its fractions."""
        return f"{row.area_m2:,.0f}"


@admin.register(Redraw)
class RedrawAdmin(ReadOnlyAdmin):
    """Redraws."""

    list_display = ("title", "status", "author", "created_at", "effective_at")
    list_filter = ("status",)

    def get_queryset(self, request: HttpRequest) -> Any:
        """Read the authors along."""
        return super().get_queryset(request).select_related("author")
