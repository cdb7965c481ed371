"""Django's handle on the app `grids`."""

from django.apps import AppConfig


class GridsConfig(AppConfig):
    """The app `grids`."""

    name = "grids"
    verbose_name = "网格 Grids"

    def ready(self) -> None:
        """Connect the receivers."""
        from grids import receivers  # noqa: F401
