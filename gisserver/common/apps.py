"""Django's handle on `common`: the database functions that every app's tables stand on."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CommonConfig(AppConfig):
    """The app `common`: extensions, SQL functions and the history of overwritten rows."""

    name = "gisserver.common"
    label = "common"
    verbose_name = _("Common")
