"""Django's handle on the app `grids`."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class GridsConfig(AppConfig):
    """The app `grids`."""

    name = "grids"
    verbose_name = _("Grids")

    def ready(self) -> None:
        """Connect the receivers; declare the areas of grants, and what the feed of changes tells."""
        from gisserver.common.access import areas
        from gisserver.common.changes import kinds
        from grids import receivers  # noqa: F401
        from grids.models import DivisionVersion, GridVersion, Officer, Post, Redraw, division_of_code, divisions_below

        areas.register(areas.Areas(DivisionVersion, divisions_below, division_of_code))
        kinds.register("divisions", DivisionVersion.objects, "division_id")
        kinds.register("grids", GridVersion.objects, "grid_id")
        kinds.register("redraws", Redraw.objects)
        kinds.register("officers", Officer.objects)
        kinds.register("posts", Post.objects)
