"""Django's handle on the app `layers`."""

from django.apps import AppConfig


class LayersConfig(AppConfig):
    """The app `layers`."""

    name = "layers"
    verbose_name = "图层 Layers"
