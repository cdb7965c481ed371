"""Which threads answer which requests: what must always be quick never waits behind what may be long."""

from collections import OrderedDict
from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.http import parse_cookie

from gisserver.serving.threads import Threads

# Doors that cost little whatever is asked, and that every open map and phone needs all the time.
QUICK = ("/tiles/", "/styles/", "/static/", "/api/grids/at", "/api/events", "/readyz", "/login/")
QUICK_THREADS = 2
_MAX_KNOWN = 10_000


class Lanes:
    """Two pools of threads: a small one for the quick doors, ``threads`` for all others.

    Of the others one client holds at most half at a time.
    """

    def __init__(self, threads: int) -> None:
        self._quick = Threads(QUICK_THREADS, "quick", share=QUICK_THREADS)
        self._others = Threads(threads, "django", share=max(1, threads // 2))

    def lane_of(self, method: str, path: str) -> Threads:
        """Return the threads for a request."""
        return self._quick if method in {"GET", "HEAD"} and path.startswith(QUICK) else self._others


class Clients:
    """Who asks, for the sharing of threads: whose credentials have been taken once is himself, all others an address.

    Else a stranger with a new token each time would be a crowd.
    """

    def __init__(self) -> None:
        self._known: OrderedDict[str, None] = OrderedDict()

    def client_of(self, scope: Any) -> str:
        """Return a name for who sends this request (of RSGI)."""
        credential = credential_of(scope.headers)
        return credential if credential in self._known else scope.client.rpartition(":")[0]

    def learn(self, headers: Mapping[str, str], status: int) -> None:
        """Note that a request with these headers has been answered."""
        credential = credential_of(headers)
        if credential and 200 <= status < 300:
            self._known[credential] = None
            self._known.move_to_end(credential)
            if len(self._known) > _MAX_KNOWN:
                self._known.popitem(last=False)


def credential_of(headers: Mapping[str, str]) -> str:
    """Return the header or cookie that says who asks, or an empty text."""
    session = parse_cookie(headers.get("cookie", "")).get(settings.SESSION_COOKIE_NAME, "")
    return headers.get("authorization", "") or session
