"""Django's handle on the app `incidents`."""

from django.apps import AppConfig


class IncidentsConfig(AppConfig):
    """The app `incidents`."""

    name = "incidents"
    verbose_name = "事件 Incidents"

    def ready(self) -> None:
        """Connect the receivers, and tell the grids what they carry."""
        from grids import loads
        from incidents import moves, receivers, selectors  # noqa: F401

        loads.register("incidents_open", selectors.open_incidents_per_grid)
        loads.register_on_ground("incidents", selectors.open_incidents_on)
        loads.register_moved("incidents", moves.incidents_moved)
        loads.register_listing("incident", "incidents", moves.incident_lines)
