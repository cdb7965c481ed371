"""Requests that were answered together, without Django's middleware or with it once for all that are alike."""

import time
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

from django.conf import settings

from gisserver.common.observation import ENVIRON_ID, HEADER, Observation, observed
from gisserver.common.web.observed import REQUESTS

Answer = tuple[int, list[tuple[str, str]], bytes]
# In what requests of the same client, or of the same kind, may differ without another header in the answer.
_OF_ONE = frozenset({ENVIRON_ID, "CONTENT_LENGTH", "HTTP_IDEMPOTENCY_KEY", "HTTP_X_REQUEST_ID", "REMOTE_PORT"})


class Made:
    """Answers to requests of one door that were made together: the first of those alike tells the others' headers."""

    def __init__(self) -> None:
        self._began = time.perf_counter()
        self._alike: dict[frozenset[tuple[str, str]], tuple[int, list[tuple[str, str]]]] = {}

    def answer(
        self, environ: Mapping[str, Any], body: bytes, own: Mapping[str, str], make: Callable[[], Answer]
    ) -> Answer:
        """Return what ``make`` answers to a request; for those alike, its headers but their ``own``, and this ``body``.

        Each is counted.
        """
        if settings.TRACES or ENVIRON_ID not in environ:  # each has a span of its own, or tells its own id
            return make()
        alike = frozenset(
            (name, value) for name, value in environ.items() if type(value) is str and name not in _OF_ONE
        )
        if alike not in self._alike:
            made = make()
            self._alike[alike] = made[:2]
            return made
        status, headers = self._alike[alike]
        door = observed(dict(headers)[HEADER])["door"]
        REQUESTS.count(door, environ["REQUEST_METHOD"], status, [time.perf_counter() - self._began])
        new = {**own, "Content-Length": str(len(body))}
        return status, [(name, new.get(name, value)) for name, value in headers], body


def noted(door: str, method: str, status: int, *, users: Sequence[int], seconds: float) -> list[tuple[str, str]]:
    """Count requests of ``door`` (a URL pattern), one by each of ``users``; return for each the header that tells it.

    The front's log takes the header. ``seconds`` is how long all of them took, since none was answered before.
    """
    REQUESTS.count(door, method, status, [seconds] * len(users))
    told = {user: Observation("", door=lambda: door, user=partial(int, user)).header() for user in set(users)}
    return [(HEADER, told[user]) for user in users]
