"""Doors whose address, not the header Accept, says what they answer."""

from collections.abc import Iterable

from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request


class AnyAccept(DefaultContentNegotiation):
    """Answers whatever a client says that it accepts: there is nothing to choose from here."""

    def select_renderer(
        self, request: Request, renderers: Iterable[BaseRenderer], format_suffix: str | None = None
    ) -> tuple[BaseRenderer, str]:
        """Return the first, which renders refusals."""
        first = next(iter(renderers))
        return first, first.media_type
