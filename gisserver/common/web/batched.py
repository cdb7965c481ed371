"""What is noted of requests that were answered together, without Django's middleware."""

from collections.abc import Sequence
from functools import partial

from gisserver.common.observation import HEADER, Observation
from gisserver.common.web.observed import REQUESTS


def noted(door: str, method: str, status: int, *, users: Sequence[int], seconds: float) -> list[tuple[str, str]]:
    """Count requests of ``door`` (a URL pattern), one by each of ``users``; return for each the header that tells it.

    The front's log takes the header. ``seconds`` is how long all of them took, since none was answered before.
    """
    REQUESTS.count(door, method, status, [seconds] * len(users))
    told = {user: Observation("", door=lambda: door, user=partial(int, user)).header() for user in set(users)}
    return [(HEADER, told[user]) for user in users]
