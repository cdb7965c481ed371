"""Which pages of other sites may read answers here (CORS, the Fetch standard): those of configured origins, exactly.

Here and not in Django, because the front answers tiles and pages by itself. Cookies are never let through: a page of
another site shows a token.
"""

from typing import Any, Final

from gisserver.serving.answers import Answer

DOORS: Final = ("/tiles/", "/styles/", "/ogc", "/geocode/", "/packs/", "/arcgis/")
_METHODS: Final = "GET, HEAD, POST, PUT, PATCH, DELETE"
_MAY_SEND: Final = (
    "Accept, Accept-Language, Authorization, Content-Crs, Content-Type, Idempotency-Key, If-Match, If-None-Match, Range"
)
# What scripts read beside the few headers that every page may.
_MAY_READ: Final = (
    "Content-Crs, Content-Disposition, ETag, Idempotent-Replayed, Link, Location, OGC-NumberMatched,"
    " OGC-NumberReturned, Retry-After, X-Request-ID"
)
_PREFLIGHT_S: Final = "7200"
_VARY: Final = ("vary", "Origin")


class Cors:
    """The origins whose pages may read; without any nothing is said."""

    def __init__(self, origins: frozenset[str] = frozenset()) -> None:
        self._origins = origins

    def preflight(self, scope: Any) -> Answer | None:
        """Return the answer to a browser that asks before it sends a page's request; None for other requests."""
        if scope.method != "OPTIONS" or not self._origins:  # nearly all requests
            return None
        if scope.headers.get("access-control-request-method") is None or self._allowed(scope) is None:
            return None
        allows = [
            ("access-control-allow-methods", _METHODS),
            ("access-control-allow-headers", _MAY_SEND),
            ("access-control-max-age", _PREFLIGHT_S),
        ]
        return Answer(204, allows, b"")

    def headers(self, scope: Any) -> list[tuple[str, str]]:
        """Return what is said with every answer of a door: that it depends on the origin, and whether that may read."""
        if not self._origins or not scope.path.startswith(DOORS):
            return []
        origin = self._allowed(scope)
        if origin is None:
            return [_VARY]
        return [_VARY, ("access-control-allow-origin", origin), ("access-control-expose-headers", _MAY_READ)]

    def _allowed(self, scope: Any) -> str | None:
        origin: str | None = scope.headers.get("origin")
        return origin if origin in self._origins and scope.path.startswith(DOORS) else None
