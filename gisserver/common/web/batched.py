"""What is noted of a request that was answered together with others, without Django's middleware."""

from gisserver.common.observation import HEADER, Observation
from gisserver.common.web import metrics


def noted(door: str, method: str, status: int, *, user: int | None, seconds: float) -> tuple[str, str]:
    """Count a request of ``door`` (a URL pattern); return the header that tells the front's log of it.

    ``seconds`` is how long all of them took, since none was answered before.
    """
    observation = Observation("", door=lambda: door, user=lambda: user)
    metrics.count(observation, method, status, seconds)
    return HEADER, observation.header()
