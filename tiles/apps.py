"""Django's handle on the app `tiles`."""

from django.apps import AppConfig


class TilesConfig(AppConfig):
    """The app `tiles`."""

    name = "tiles"
    verbose_name = "瓦片 Tiles"

    def ready(self) -> None:
        """Listen to migrations and to news of layers."""
        from tiles import receivers

        receivers.connect()
