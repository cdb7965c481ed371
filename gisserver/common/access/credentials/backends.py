"""Signing in with a name and password, at every door that takes them: the login page, the admin, `/api/auth/token/`."""

from typing import Any

from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.models import User
from django.http import HttpRequest

from gisserver.common.access.credentials import sign_ins, users
from gisserver.common.access.models import SignInKind


class BrakedBackend(ModelBackend):
    """Django's own passwords; wrong ones are recorded, and too many of them are refused unread."""

    def authenticate(
        self, request: HttpRequest | None, username: str | None = None, password: str | None = None, **kwargs: Any
    ) -> User | None:
        """Return the user of a name and password, or None; raises TooMany ``too_many_attempts``."""
        if request is None or not username:
            return super().authenticate(request, username, password, **kwargs)
        attempt = sign_ins.Attempt(SignInKind.PASSWORD, username, sign_ins.client_address(request))
        sign_ins.refuse_if_too_many(attempt)
        user = super().authenticate(request, username, password, **kwargs)
        sign_ins.record(attempt, user_id=None if user is None else user.pk)
        return user

    def get_user(self, user_id: int) -> User | None:
        """Return the active user that a session names, or None."""
        return users.of_id(user_id)
