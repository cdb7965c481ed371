"""Which threads answer which requests: what must always be quick never waits behind what may be long."""

from collections.abc import Mapping

from gisserver.serving.threads import Threads

# Doors that cost little whatever is asked, and that every open map and phone needs all the time.
QUICK = ("/tiles/", "/styles/", "/static/", "/api/grids/at", "/api/events", "/readyz", "/login/")
QUICK_THREADS = 2


class Lanes:
    """Two pools of threads: a small one for the quick doors, ``threads`` for all others."""

    def __init__(self, threads: int) -> None:
        self._quick, self._others = Threads(QUICK_THREADS, "quick"), Threads(threads, "django")

    def lane_of(self, method: str, path: str, headers: Mapping[str, str]) -> Threads:
        """Return the threads for a request. One with a body may be slow to send it, whatever it asks."""
        bare = method in {"GET", "HEAD"} and "transfer-encoding" not in headers
        return self._quick if bare and path.startswith(QUICK) else self._others
