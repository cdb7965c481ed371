"""One cookie out of a request's headers."""

from collections.abc import Mapping

LANGUAGE_COOKIE = "django_language"


def cookie(headers: Mapping[str, str], name: str) -> str:
    """Return a cookie's value, or an empty text; read as `django.http.parse_cookie` does, for values without quotes.

    Cookies may come in several headers; of two of the same name the last counts.
    """
    if "cookie" not in headers:
        return ""
    whole = ";".join(value for known, value in headers.items() if known == "cookie")
    for part in reversed(whole.split(";")):
        known, equals, value = part.partition("=")
        if equals and known.strip() == name:
            return value.strip()
    return ""
