"""The project as an app: system checks, templates and static files, no models."""

from django.apps import AppConfig


class GisserverConfig(AppConfig):
    """Registers the boot checks."""

    name = "gisserver"
    label = "gisserver"
    verbose_name = "gisserver"

    def ready(self) -> None:
        """Import the checks and the schema's extensions, so that they are known."""
        from gisserver import checks, openapi  # noqa: F401
