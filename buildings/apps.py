"""Django's handle on the app `buildings`."""

from django.apps import AppConfig


class BuildingsConfig(AppConfig):
    """The app `buildings`."""

    name = "buildings"
    verbose_name = "楼栋房屋 Buildings"

    def ready(self) -> None:
        """Connect the receivers."""
        from buildings import receivers  # noqa: F401
