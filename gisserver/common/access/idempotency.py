"""Retries: the same key and body give the first answer again, another body is refused (law 8)."""

import hashlib
from collections.abc import Callable
from typing import Any

from django.db import IntegrityError, transaction

from gisserver.common.access.models import IdempotencyKey
from gisserver.common.errors import Invalid, Refused
from gisserver.common.sentences import Sentence

MAX_KEY_LENGTH = 200


def once(
    *, user_id: int, door: str, key: str | None, body: bytes, act: Callable[[], dict[str, Any]]
) -> tuple[dict[str, Any], bool]:
    """Run ``act`` unless this user has already had an answer for ``key``; return the answer and whether it is a replay.

    Without a header ``key`` is None; an empty one is refused, for its sender relies on it.

    The key is written in the transaction of the act: a failure leaves no trace, and a twin that comes at the
    same time waits for the first on the key's unique index. Source: IETF draft httpapi-idempotency-key-header-07.
    """
    if key is None:
        return act(), False
    demand_good_key(key)
    digest = digest_of(body)
    with transaction.atomic():
        try:
            with transaction.atomic():
                row = IdempotencyKey.objects.create(user_id=user_id, door=door, key=key, body_digest=digest)
        except IntegrityError:
            return _replay(user_id=user_id, door=door, key=key, digest=digest), True
        answer = act()
        row.answer = answer
        row.save(update_fields=["answer"])
    return answer, False


def demand_good_key(key: str) -> None:
    """Raise Invalid ``bad_idempotency_key`` for a key that is empty or too long."""
    if not 0 < len(key) <= MAX_KEY_LENGTH:
        raise Invalid(
            "bad_idempotency_key",
            Sentence("Idempotency-Key must have 1 to {max_key_length} characters.", max_key_length=MAX_KEY_LENGTH),
        )


def digest_of(body: bytes) -> str:
    """Return what is kept of a body to know it again."""
    return hashlib.sha256(body).hexdigest()


def demand_same_body(first: str, digest: str) -> None:
    """Raise Refused ``idempotency_key_reused`` when the bodies of these digests are not the same."""
    if first != digest:
        raise Refused("idempotency_key_reused", "This Idempotency-Key was used for another body; take a new one.")


def _replay(*, user_id: int, door: str, key: str, digest: str) -> dict[str, Any]:
    first = IdempotencyKey.objects.get(user_id=user_id, door=door, key=key)
    demand_same_body(first.body_digest, digest)
    answer: dict[str, Any] = first.answer
    return answer
