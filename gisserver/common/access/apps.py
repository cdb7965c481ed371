"""Django's handle on the app `access`: who may see and do what."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AccessConfig(AppConfig):
    """The app `access`."""

    name = "gisserver.common.access"
    label = "access"
    verbose_name = _("Access")

    def ready(self) -> None:
        """Register the receivers."""
        from gisserver.common.access import receivers  # noqa: F401
