"""Django's handle on the app `tiles`."""

from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class TilesConfig(AppConfig):
    """The app `tiles`."""

    name = "tiles"
    verbose_name = _("Tiles")

    def ready(self) -> None:
        """Listen to migrations and to news of layers."""
        import_module("tiles.receivers")
