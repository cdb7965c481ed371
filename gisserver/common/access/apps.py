"""Django's handle on the app `access`: who may see and do what."""

from django.apps import AppConfig


class AccessConfig(AppConfig):
    """The app `access`."""

    name = "gisserver.common.access"
    label = "access"
    verbose_name = "权限 Access"
