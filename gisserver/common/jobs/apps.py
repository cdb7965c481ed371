"""Django's handle on the app `jobs`."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class JobsConfig(AppConfig):
    """The app `jobs`."""

    name = "gisserver.common.jobs"
    label = "jobs"
    verbose_name = _("Jobs")
