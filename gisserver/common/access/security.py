"""What concerns security, as lines of JSON on a stream of their own: the logger `gisserver.security`.

Ids and kinds only: no name, for what is typed as a name may be a password, and nothing of any content.
"""

import logging
from enum import StrEnum
from typing import Any

from django.db import transaction

from gisserver.common import observation as observing

logger = logging.getLogger("gisserver.security")


class Kind(StrEnum):
    """What happened."""

    SIGN_IN = "sign_in"
    SIGN_OUT = "sign_out"
    PERMISSION_REFUSED = "permission_refused"
    TOKEN_ISSUED = "token_issued"  # noqa: S105 a word, no password
    TOKEN_REVOKED = "token_revoked"  # noqa: S105 a word, no password
    GRANT_ADDED = "grant_added"
    GRANT_CHANGED = "grant_changed"
    GRANT_REMOVED = "grant_removed"
    ACCOUNT_ADDED = "account_added"
    ACCOUNT_CHANGED = "account_changed"
    PASSWORD_CHANGED = "password_changed"  # noqa: S105 a word, no password
    EXPORT = "export"
    PERSONAL_DATA_READ = "personal_data_read"


class Outcome(StrEnum):
    """How it ended."""

    DONE = "done"
    REFUSED = "refused"
    BRAKED = "braked"  # refused unread, after too many wrong attempts


def note(kind: Kind, outcome: Outcome = Outcome.DONE, **about: Any) -> None:
    """Log what happens in this request, or in this command: who (``user``), whom it concerns (``subject``), what else.

    What is done is logged when its transaction commits; a refusal at once, for its transaction is rolled back.
    """
    observation = observing.current()
    members: dict[str, Any] = {"kind": kind.value, "outcome": outcome.value}
    if observation is not None:
        members |= {
            "request": observation.request_id,
            "user": observation.user(),
            "address": observation.address(),
            "door": observation.door(),
        }
    members |= about
    if outcome is Outcome.DONE:
        transaction.on_commit(lambda: _log(members))
    else:
        _log(members)


def _log(members: dict[str, Any]) -> None:
    logger.info("%s %s", members["kind"], members["outcome"], extra={"members": members})
