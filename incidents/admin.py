"""Django admin of incidents and their taxonomy."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet

from gisserver.common.access.models import Viewer
from gisserver.common.access.read_only_admin import ReadOnlyAdmin
from incidents.models import Incident, IncidentType


@admin.register(Incident)
class IncidentAdmin(ReadOnlyAdmin):
    """Incidents."""

    list_display = ("id", "type", "status", "occurred_at", "source", "address")
    list_filter = ("status", "demo")
    search_fields = ("external_id", "address")
    list_select_related = ("type",)


@admin.register(IncidentType)
class IncidentTypeAdmin(ReadOnlyAdmin):
    """Incident types."""

    list_display = ("code", "name", "parent", "source")
    search_fields = ("code", "name")
    list_select_related = ("parent",)

    def visible(self, rows: QuerySet[Any], user: Viewer) -> QuerySet[Any]:
        """Show all: the taxonomy is the city's."""
        return rows
