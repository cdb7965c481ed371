"""Django's handle on `common`: the database functions that every app's tables stand on."""

from django.apps import AppConfig


class CommonConfig(AppConfig):
    """The app `common`: extensions, SQL functions and the history of overwritten rows."""

    name = "gisserver.common"
    label = "common"
    verbose_name = "基础 Common"
