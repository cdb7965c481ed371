"""Named changes of state of webhooks."""

from collections.abc import Collection
from typing import Any

from django.db import IntegrityError, transaction

from gisserver.common.access.models import Viewer
from gisserver.common.changes.feed import newest
from gisserver.common.db.clock import database_now
from gisserver.common.errors import Conflict, NotFound
from gisserver.common.sentences import Sentence
from gisserver.common.webhooks.models import Delivery, DeliveryState, Webhook, new_salt

MAX_WEBHOOKS = 20


def subscribe(*, owner_id: int, url: str, kinds: Collection[str], since: int | None) -> Webhook:
    """Have ``url`` told of changes after number ``since``, None for from now on.

    Raises Conflict ``webhook_exists`` for an address that the owner has named already, ``too_many_webhooks``.
    """
    if Webhook.objects.filter(owner_id=owner_id).count() >= MAX_WEBHOOKS:
        raise Conflict("too_many_webhooks", Sentence("You have {most} webhooks; remove one first.", most=MAX_WEBHOOKS))
    cursor = newest() if since is None else since
    try:
        with transaction.atomic():
            return Webhook.objects.create(owner_id=owner_id, url=url, kinds=sorted(kinds), cursor=cursor)
    except IntegrityError as error:
        raise _exists() from error


def change(webhook: Webhook, **members: Any) -> Webhook:
    """Change ``url``, ``kinds`` or ``active``; what waits goes on from where it stands. Raises Conflict."""
    try:
        with transaction.atomic():
            Webhook.objects.filter(pk=webhook.pk).update(**members)
    except IntegrityError as error:
        raise _exists() from error
    return Webhook.objects.get(pk=webhook.pk)


def renew_secret(webhook: Webhook) -> Webhook:
    """Give a webhook another secret at once."""
    return change(webhook, salt=new_salt())


def webhook_of(user: Viewer, webhook_id: int) -> Webhook:
    """Return one of the user's webhooks. Raises NotFound ``webhook_not_found``."""
    webhook = Webhook.objects.visible_to(user).filter(pk=webhook_id).first()
    if webhook is None:
        raise NotFound("webhook_not_found", Sentence("You have no webhook {webhook_id}.", webhook_id=webhook_id))
    return webhook


@transaction.atomic
def replay(webhook: Webhook, delivery_id: int) -> Delivery:
    """Send a delivery that has ended once more, with all its attempts, beside what is new. Locks its row.

    Raises NotFound ``delivery_not_found``, Conflict ``delivery_pending`` for one that has not ended.
    """
    delivery = webhook.deliveries.select_for_update().filter(pk=delivery_id).first()
    if delivery is None:
        raise NotFound(
            "delivery_not_found", Sentence("The webhook has no delivery {delivery_id}.", delivery_id=delivery_id)
        )
    if delivery.state == DeliveryState.PENDING:
        raise Conflict("delivery_pending", "The delivery has not ended: it is tried again by itself.")
    delivery.state, delivery.attempts, delivery.ended_at = DeliveryState.PENDING, 0, None
    delivery.next_attempt_at = database_now()
    delivery.save(update_fields=["state", "attempts", "ended_at", "next_attempt_at"])
    return delivery


def _exists() -> Conflict:
    return Conflict("webhook_exists", "You have a webhook with this url: change that one.")
