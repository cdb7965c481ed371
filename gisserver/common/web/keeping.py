"""Answers that whoever stands in front of Django may keep: what they were made of, for as long as that is the same.

The header is for the front alone, which takes it off. It holds no more than the names of what was read.
"""

from collections.abc import Sequence

import orjson
from django.http.response import HttpResponseBase

HEADER = "X-Gisserver-Keep"


def keep(
    response: HttpResponseBase, *, layers: Sequence[str], bbox_3857: Sequence[float] | None, version: int
) -> HttpResponseBase:
    """Say that ``response``, which has a strong ETag, holds for its user until a version changes.

    ``layers`` are the names of the versions, ``bbox_3857`` where they are summed (EPSG:3857 metres; None: everywhere),
    and ``version`` is that sum as it was before the answer was made.
    """
    plan = {"layers": list(layers), "bbox3857": bbox_3857, "version": version}
    response[HEADER] = orjson.dumps(plan).decode()
    return response
