"""Django's handle on the app `incidents`."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class IncidentsConfig(AppConfig):
    """The app `incidents`."""

    name = "incidents"
    verbose_name = _("Incidents")

    def ready(self) -> None:
        """Connect the receivers, and tell the grids what they carry."""
        from gisserver.common.changes import kinds
        from grids import asset_registry
        from incidents import moves, receivers, selectors  # noqa: F401
        from incidents.attachments import models  # noqa: F401
        from incidents.learning.jobs import register_kind, register_process
        from incidents.models import Incident, Notice

        register_kind()
        register_process()
        kinds.register("incidents", Incident.objects)
        kinds.register("notices", Notice.objects)
        asset_registry.register("incidents_open", selectors.open_incidents_per_grid)
        asset_registry.register_carried("incidents", selectors.open_incidents_on)
        asset_registry.register_moved("incidents", moves.incidents_moved)
        asset_registry.register_listing("incident", "incidents", moves.incident_lines)
