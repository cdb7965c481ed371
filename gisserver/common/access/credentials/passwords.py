"""What a new password must be, and that it was set."""

from typing import Any

from django.contrib.auth.password_validation import MinimumLengthValidator

from gisserver.common.access import security


class LengthValidator(MinimumLengthValidator):
    """Django's own, in Chinese too: Django translates its hint, but not its refusal."""

    def get_error_message(self) -> str:
        """Return the hint."""
        return self.get_help_text()


class NotesTheChange:
    """Django tells its password validators of every password that is set; this one only listens."""

    def validate(self, password: str, user: Any = None) -> None:
        """Accept any password."""

    def get_help_text(self) -> str:
        """Return nothing: it asks for nothing."""
        return ""

    def password_changed(self, password: str, user: Any = None) -> None:
        """Note whose password it is."""
        security.note(security.Kind.PASSWORD_CHANGED, subject=getattr(user, "pk", None))
