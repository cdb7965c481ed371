"""Sessions that end by the database's clock; Django's own are judged by the web server's."""

from datetime import datetime
from pathlib import Path
from typing import Any

from django.contrib.sessions.backends.db import SessionStore as DatabaseSessionStore
from django.contrib.sessions.models import Session
from django.db.models.functions import Now

from gisserver.common.db import sql
from gisserver.common.db.clock import database_now


class SessionStore(DatabaseSessionStore):
    """The sessions in Django's own table; `SESSION_ENGINE` names this module."""

    def load(self) -> dict[str, Any]:
        """Return what the session holds; nothing, and no key any more, once it has ended."""
        found = sql.tuples(Path(__file__).with_name("session.sql"), key=self.session_key)
        if not found:
            self._session_key = None
            return {}
        return self.decode(found[0][0])

    def get_expiry_date(self, **kwargs: Any) -> datetime:
        """Return when the session ends, counted from the database's time now."""
        return super().get_expiry_date(**{"modification": database_now(), **kwargs})

    @classmethod
    def clear_expired(cls) -> None:
        """Remove the sessions that have ended (`manage.py clearsessions`)."""
        Session.objects.filter(expire_date__lt=Now()).delete()
