"""Django's handle on the app `incidents`."""

from django.apps import AppConfig


class IncidentsConfig(AppConfig):
    """The app `incidents`."""

    name = "incidents"
    verbose_name = "事件 Incidents"

    def ready(self) -> None:
        """Connect the receivers."""
        from incidents import receivers  # noqa: F401
