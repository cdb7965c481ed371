"""The signature of a delivery, as Standard Webhooks 1.0.0 says (standardwebhooks.com)."""

import base64
import hashlib
import hmac

from django.utils.crypto import salted_hmac

_PREFIX = "whsec_"


def secret_of(webhook_id: int, salt: str) -> str:
    """Return the secret of a webhook. It is stored nowhere: it follows from SECRET_KEY and the ``salt`` of its row."""
    key = salted_hmac("gisserver.webhooks", f"{webhook_id} {salt}", algorithm="sha256").digest()
    return _PREFIX + base64.b64encode(key).decode()


def headers_of(message_id: str, moment: int, body: bytes, secret: str) -> dict[str, str]:
    """Return the headers that prove who sent ``body``, at which moment (Unix seconds), under which id."""
    key = base64.b64decode(secret.removeprefix(_PREFIX))
    signed = f"{message_id}.{moment}.".encode() + body
    signature = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    return {"webhook-id": message_id, "webhook-timestamp": str(moment), "webhook-signature": f"v1,{signature}"}
