"""Django's handle on the app `tiles`."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class TilesConfig(AppConfig):
    """The app `tiles`."""

    name = "tiles"
    verbose_name = _("Tiles")

    def ready(self) -> None:
        """Listen to migrations and to news of layers."""
        from layers.ogc import extensions
        from tiles import receivers
        from tiles.ogc.extension import EXTENSION

        receivers.connect()
        extensions.register(EXTENSION)
