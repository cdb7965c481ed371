"""Telling each webhook what it has not been told: in order, at least once, by its owner's rights of that moment.

What follows a webhook's cursor becomes a delivery, which is tried until it is taken or given up; only then the cursor
goes on, in the transaction that notes it. Whoever dies in between leaves the delivery as it was: it is sent again under
the same id. What is replayed has its turn beside what is new.
"""

import random
import time
from datetime import timedelta

import orjson
from django.contrib.auth.models import User
from django.db import connection, transaction
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Now

from gisserver.common.access.credentials import users
from gisserver.common.changes.api import ChangesSerializer, known_kinds
from gisserver.common.changes.feed import Page, changes_since
from gisserver.common.db.clock import database_now
from gisserver.common.webhooks.models import Delivery, DeliveryState, Webhook
from gisserver.common.webhooks.sending import Outcome, post
from gisserver.common.webhooks.signing import headers_of, secret_of

# So many changes at once.
PAGE = 100
# How long after an attempt the next one comes; after the last one a delivery is given up. Standard Webhooks' example.
BACKOFF_S = (5, 300, 1800, 7200, 18_000, 36_000, 50_400, 72_000, 86_400)
_JITTER = 0.1
_GONE = 410
KEPT = timedelta(days=30)


def due(newest: int) -> list[int]:
    """Return the ids of the webhooks that there may be something for: a delivery whose turn has come, or news."""
    pending = Delivery.objects.filter(webhook=OuterRef("pk"), state=DeliveryState.PENDING)
    ready = Exists(pending.filter(next_attempt_at__lte=Now()))
    behind = Q(cursor__lt=newest) & ~Exists(pending.filter(last__gt=OuterRef("cursor")))
    alive = Webhook.objects.filter(active=True, owner__is_active=True)
    return list(alive.filter(ready | behind).order_by("pk").values_list("pk", flat=True))


def deliver_next(webhook_id: int) -> bool:
    """Try what is next for a webhook; say whether there was something. Only one at a time may be at a webhook.

    No transaction and no connection to the database is held while the receiver thinks.
    """
    webhook = Webhook.objects.filter(pk=webhook_id, active=True).first()
    owner = users.of_id(webhook.owner_id) if webhook else None
    if webhook is None or owner is None:
        return False
    delivery = _waiting(webhook) or _begun(webhook, owner)
    if delivery is None:
        return False
    page = _page(webhook, owner, delivery)
    if not page.changes:
        _end(delivery, DeliveryState.WITHHELD)
        return True
    body = _body(page)
    if not connection.in_atomic_block:
        connection.close()
    headers = headers_of(f"msg_{delivery.pk}", int(time.time()), body, secret_of(webhook.pk, webhook.salt))
    _note(delivery, post(webhook.url, body, {"Content-Type": "application/json", "User-Agent": "gisserver", **headers}))
    return True


def forget_old() -> int:
    """Forget what was taken a month ago; what was given up is kept."""
    old = Delivery.objects.filter(ended_at__lt=database_now() - KEPT).exclude(state=DeliveryState.DEAD)
    return old.delete()[0]


def _waiting(webhook: Webhook) -> Delivery | None:
    """Return the delivery whose turn it is to be tried again."""
    pending = webhook.deliveries.filter(state=DeliveryState.PENDING, next_attempt_at__lte=Now())
    return pending.order_by("since").first()


def _begun(webhook: Webhook, owner: User) -> Delivery | None:
    """Return a delivery of what comes after the cursor; None while there is nothing, or one that is not yet taken.

    Numbers of which the owner may not be told are passed over.
    """
    if webhook.deliveries.filter(state=DeliveryState.PENDING, last__gt=webhook.cursor).exists():
        return None
    while True:
        page = changes_since(user=owner, since=webhook.cursor, limit=PAGE, kinds=known_kinds(webhook.kinds))
        if page.changes:
            return Delivery.objects.create(webhook=webhook, since=webhook.cursor, last=page.last)
        if page.last == webhook.cursor:
            return None
        webhook.cursor = page.last
        _advance(webhook.pk, page.last)


def _page(webhook: Webhook, owner: User, delivery: Delivery) -> Page:
    """Return the delivery's changes as the owner may see them now."""
    return changes_since(
        user=owner, since=delivery.since, until=delivery.last, limit=PAGE, kinds=known_kinds(webhook.kinds)
    )


def _body(page: Page) -> bytes:
    told = {"type": "changes", "timestamp": page.changes[-1].recorded_at, "data": ChangesSerializer(page).data}
    return orjson.dumps(told, option=orjson.OPT_UTC_Z)


def _note(delivery: Delivery, outcome: Outcome) -> None:
    attempts = delivery.attempts + 1
    known = {"attempts": attempts, "status": outcome.status, "error": outcome.error[:60]}
    if outcome.is_taken:
        _end(delivery, DeliveryState.DELIVERED, **known)
    elif attempts > len(BACKOFF_S):
        _end(delivery, DeliveryState.DEAD, **known)
    else:
        wait_s = max(BACKOFF_S[attempts - 1], min(outcome.retry_after_s, BACKOFF_S[-1]))
        # Not all at once, when many have waited for the same receiver.
        wait = timedelta(seconds=wait_s * random.uniform(1, 1 + _JITTER))
        Delivery.objects.filter(pk=delivery.pk).update(next_attempt_at=database_now() + wait, **known)
    if outcome.status == _GONE:  # the receiver wants no more
        Webhook.objects.filter(pk=delivery.webhook_id).update(active=False)


@transaction.atomic
def _end(delivery: Delivery, state: DeliveryState, **known: object) -> None:
    Delivery.objects.filter(pk=delivery.pk).update(state=state, ended_at=database_now(), **known)
    _advance(delivery.webhook_id, delivery.last)


def _advance(webhook_id: int, last: int) -> None:
    Webhook.objects.filter(pk=webhook_id, cursor__lt=last).update(cursor=last)
