"""Django's handle on the app `tiles`."""

from django.apps import AppConfig


class TilesConfig(AppConfig):
    """The app `tiles`."""

    name = "tiles"
    verbose_name = "瓦片 Tiles"
