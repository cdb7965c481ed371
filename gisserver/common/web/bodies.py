"""What request bodies share: unknown members are refused, moments are read as everywhere, text is what shows."""

from datetime import datetime
from typing import Any, TypeVar

from rest_framework import serializers
from rest_framework.request import Request

from gisserver.common import dates, moments
from gisserver.common.errors import Invalid

Body = TypeVar("Body", bound=serializers.Serializer[Any])


class MomentField(serializers.DateTimeField):
    """A moment, read as everywhere (`moments`); without an offset it is local."""

    def to_internal_value(self, value: Any) -> Any:
        """Return the moment, aware."""
        try:
            return self.enforce_timezone(dates.as_written(value if isinstance(value, str) else ""))
        except Invalid:
            self.fail("invalid", format="RFC 3339")

    def enforce_timezone(self, value: datetime) -> datetime:
        """Return the moment in UTC."""
        return moments.in_utc(value)


class Text(serializers.CharField):
    """One line of text without characters that nothing shows."""

    def to_internal_value(self, data: Any) -> Any:
        """Return the text; refuse control characters."""
        text = super().to_internal_value(data)
        if not text.isprintable():
            raise serializers.ValidationError("Control characters are no text.")
        return text


class KnownMembers(serializers.Serializer[Any]):
    """A body that refuses members that mean nothing here: a misspelt one would be lost."""

    def to_internal_value(self, data: Any) -> Any:
        """Refuse unknown members."""
        unknown = sorted(map(str, set(data) - set(self.fields))) if isinstance(data, dict) else []
        if unknown:
            raise serializers.ValidationError({name: ["This member is unknown."] for name in unknown})
        return super().to_internal_value(data)


def checked(request: Request, body: type[Body]) -> Body:
    """Return the request's body, valid; its bytes stay readable for `retries`. Raises ValidationError."""
    request._request.body  # noqa: B018 -- kept by Django only when it is read before DRF streams it
    serializer = body(data=request.data)
    serializer.is_valid(raise_exception=True)
    return serializer
