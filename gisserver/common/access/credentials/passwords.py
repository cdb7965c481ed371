"""What a new password must be."""

from django.contrib.auth.password_validation import MinimumLengthValidator


class LengthValidator(MinimumLengthValidator):
    """Django's own, in Chinese too: Django translates its hint, but not its refusal."""

    def get_error_message(self) -> str:
        """Return the hint."""
        return self.get_help_text()
