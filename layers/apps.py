"""Django's handle on the app `layers`."""

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext_lazy as _


class LayersConfig(AppConfig):
    """The app `layers`: it finds what the other apps publish."""

    name = "layers"
    verbose_name = _("Layers")

    def ready(self) -> None:
        """Let uploads answer in the registry, then import each app's ``layers.py``.

        Which registers the rest.
        """
        from layers import catalogue, jobs
        from layers.ogc.processes.query import register_process

        register_process()
        catalogue.connect()
        jobs.register_kind()
        autodiscover_modules("layers")
