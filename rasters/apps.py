"""Django's handle on the app `rasters`."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RastersConfig(AppConfig):
    """The app `rasters`."""

    name = "rasters"
    verbose_name = _("Rasters")

    def ready(self) -> None:
        """Register the kind of job."""
        from rasters.zonal import jobs

        jobs.register_kind()
