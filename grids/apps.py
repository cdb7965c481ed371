"""Django's handle on the app `grids`."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class GridsConfig(AppConfig):
    """The app `grids`."""

    name = "grids"
    verbose_name = _("Grids")

    def ready(self) -> None:
        """Connect the receivers; declare that the areas of grants reach as far as the tree of divisions does."""
        from gisserver.common.access import areas
        from grids import receivers  # noqa: F401
        from grids.models import DivisionVersion, divisions_below

        areas.register(areas.Areas(DivisionVersion, divisions_below))
