"""Django admin of webhooks, for whoever administers the whole deployment."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet

from gisserver.common.access.models import Viewer
from gisserver.common.access.read_only_admin import ReadOnlyAdmin
from gisserver.common.access.roles import Permission
from gisserver.common.webhooks.models import Delivery, Webhook


class _AllOfThem(ReadOnlyAdmin):
    """Rows of everybody's webhooks."""

    permission = Permission.ADMINISTER
    everywhere = True

    def visible(self, rows: QuerySet[Any], user: Viewer) -> QuerySet[Any]:
        """Show all."""
        return rows


@admin.register(Webhook)
class WebhookAdmin(_AllOfThem):
    """Who has what told to whom; the salt, of which the secret is made, is not shown."""

    exclude = ("salt",)
    list_display = ("id", "owner", "url", "active", "cursor")

    def get_fields(self, request: Any, obj: Any = None) -> Any:
        """Leave out the salt."""
        return [name for name in super().get_fields(request, obj) if name != "salt"]


@admin.register(Delivery)
class DeliveryAdmin(_AllOfThem):
    """What was sent, and what came of it."""

    list_display = ("id", "webhook", "state", "attempts", "status", "error")
    list_filter = ("state",)
