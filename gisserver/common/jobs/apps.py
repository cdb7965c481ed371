"""Django's handle on the app `jobs`."""

from django.apps import AppConfig


class JobsConfig(AppConfig):
    """The app `jobs`."""

    name = "gisserver.common.jobs"
    label = "jobs"
    verbose_name = "任务 Jobs"
