"""Django's handle on the app `webhooks`."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class WebhooksConfig(AppConfig):
    """The app `webhooks`."""

    name = "gisserver.common.webhooks"
    label = "webhooks"
    verbose_name = _("Webhooks")
