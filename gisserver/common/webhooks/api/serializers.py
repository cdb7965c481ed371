"""A webhook and its deliveries, as their owner sees them."""

from typing import Any

from rest_framework import serializers

from gisserver.common.changes.api import known_kinds
from gisserver.common.web.bodies import KnownMembers
from gisserver.common.webhooks import targets
from gisserver.common.webhooks.models import Delivery, Webhook
from gisserver.common.webhooks.signing import secret_of

_MOST = 10**15


class WebhookBody(KnownMembers):
    """What a webhook can be told to be."""

    url = serializers.CharField(max_length=500, help_text="An https address that takes POST.")
    kinds = serializers.ListField(
        child=serializers.CharField(max_length=30), required=False, help_text="Kinds of changes; all when absent."
    )
    active = serializers.BooleanField(required=False, help_text="Whether it is told anything.")

    def validate_url(self, value: str) -> str:
        """Refuse an address to which nothing is sent."""
        targets.parsed(value)
        return value

    def validate_kinds(self, value: list[str]) -> list[str]:
        """Refuse kinds that are not known."""
        return sorted(set(known_kinds(value))) if value else []


class NewWebhookBody(WebhookBody):
    """A new webhook, and from where in the feed it is told."""

    since = serializers.IntegerField(
        required=False, min_value=0, max_value=_MOST, help_text="Changes after this number; from now on when absent."
    )


class WebhookSerializer(serializers.ModelSerializer[Webhook]):
    """A webhook, without its secret."""

    class Meta:
        model = Webhook
        fields = ("id", "url", "kinds", "active", "cursor", "created_at")


class WebhookSecretSerializer(WebhookSerializer):
    """A webhook with its secret, which is shown only in this answer."""

    secret = serializers.SerializerMethodField()

    class Meta(WebhookSerializer.Meta):
        fields = (*WebhookSerializer.Meta.fields, "secret")  # type: ignore[assignment]

    def get_secret(self, webhook: Any) -> str:
        """Return the secret."""
        return secret_of(webhook.pk, webhook.salt)


class DeliverySerializer(serializers.ModelSerializer[Delivery]):
    """A delivery: which changes, how often it was tried, what the receiver said last."""

    class Meta:
        model = Delivery
        fields = (
            "id", "since", "last", "state", "attempts", "status", "error", "created_at", "next_attempt_at", "ended_at",
        )  # fmt: skip
