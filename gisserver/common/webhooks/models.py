"""Webhooks, and what was delivered to each."""

import secrets

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from gisserver.common.access.models import Viewer


def new_salt() -> str:
    """Return what makes a webhook's secret another one (`signing.secret_of`)."""
    return secrets.token_hex(16)


class WebhookQuerySet(models.QuerySet["Webhook"]):
    """The reading vocabulary of webhooks."""

    def visible_to(self, user: Viewer) -> "WebhookQuerySet":
        """Return the user's own webhooks: they tell what he may see."""
        return self.filter(owner_id=user.pk) if user.is_authenticated else self.none()


class Webhook(models.Model):
    """An address that is told of changes of some ``kinds`` (none named: of all), by the rights of its owner.

    All up to the number ``cursor`` of the feed has been taken, or given up as a dead letter.
    """

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    url = models.CharField(max_length=500)
    kinds = ArrayField(models.CharField(max_length=30), default=list, blank=True)
    salt = models.CharField(max_length=32, default=new_salt)
    active = models.BooleanField(default=True)
    cursor = models.BigIntegerField()
    created_at = models.DateTimeField(db_default=Now())

    objects = WebhookQuerySet.as_manager()

    class Meta:
        verbose_name = _("webhook")
        verbose_name_plural = _("webhooks")
        constraints = [
            models.UniqueConstraint(fields=["owner", "url"], name="webhooks_webhook_once"),
            models.CheckConstraint(condition=Q(cursor__gte=0), name="webhooks_webhook_cursor"),
        ]

    def __str__(self) -> str:
        return f"{self.pk} {self.url}"


class DeliveryState(models.TextChoices):
    """What has become of a delivery."""

    PENDING = "pending", _("pending")
    DELIVERED = "delivered", _("delivered")
    DEAD = "dead", _("given up")
    WITHHELD = "withheld", _("withheld")


class Delivery(models.Model):
    """The changes after number ``since`` up to ``last``, sent to a webhook; they are read anew for each attempt.

    ``dead`` after the last attempt; ``withheld`` when its owner may no longer see any of it.
    """

    webhook = models.ForeignKey(Webhook, models.CASCADE, related_name="deliveries")
    since = models.BigIntegerField()
    last = models.BigIntegerField()
    state = models.CharField(max_length=10, choices=DeliveryState, default=DeliveryState.PENDING)
    attempts = models.PositiveIntegerField(default=0)
    next_attempt_at = models.DateTimeField(db_default=Now())
    status = models.PositiveSmallIntegerField(null=True)
    error = models.CharField(max_length=60, blank=True, default="")
    created_at = models.DateTimeField(db_default=Now())
    ended_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("delivery")
        verbose_name_plural = _("deliveries")
        indexes = [
            models.Index(fields=["next_attempt_at"], name="webhooks_delivery_due", condition=Q(state="pending")),
        ]
        constraints = [
            # What comes after a number is told in one delivery, however often it is tried.
            models.UniqueConstraint(fields=["webhook", "since"], name="webhooks_delivery_once"),
            models.CheckConstraint(condition=Q(last__gt=F("since")), name="webhooks_delivery_range"),
            models.CheckConstraint(condition=Q(state__in=DeliveryState.values), name="webhooks_delivery_state"),
            models.CheckConstraint(
                condition=Q(state="pending", ended_at__isnull=True) | (~Q(state="pending") & Q(ended_at__isnull=False)),
                name="webhooks_delivery_ended",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.webhook_id}: {self.since}-{self.last} {self.state}"
