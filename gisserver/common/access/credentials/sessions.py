"""Sessions that end by the database's clock; Django's own are judged by the web server's."""

from datetime import datetime
from typing import Any

from django.contrib.sessions.backends.db import SessionStore as DatabaseSessionStore
from django.contrib.sessions.models import Session
from django.db.models.functions import Now

from gisserver.common.db.clock import database_now


class SessionStore(DatabaseSessionStore):
    """The sessions in Django's own table; `SESSION_ENGINE` names this module."""

    def _get_session_from_db(self) -> Session | None:
        session = Session.objects.filter(session_key=self.session_key, expire_date__gt=Now()).first()
        if session is None:
            self._session_key = None
        return session

    def get_expiry_date(self, **kwargs: Any) -> datetime:
        """Return when the session ends, counted from the database's time now."""
        return super().get_expiry_date(**{"modification": database_now(), **kwargs})

    @classmethod
    def clear_expired(cls) -> None:
        """Remove the sessions that have ended (`manage.py clearsessions`)."""
        Session.objects.filter(expire_date__lt=Now()).delete()
