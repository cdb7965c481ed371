"""The project as an app: system checks, templates and static files, no models."""

from django.apps import AppConfig


class GisserverConfig(AppConfig):
    """Registers the boot checks."""

    name = "gisserver"
    label = "gisserver"
    verbose_name = "gisserver"

    def ready(self) -> None:
        """Import the checks so that Django knows them."""
        from gisserver import checks  # noqa: F401
