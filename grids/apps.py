"""Django's handle on the app `grids`."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class GridsConfig(AppConfig):
    """The app `grids`."""

    name = "grids"
    verbose_name = _("Grids")
