"""Doors whose requests are answered together: those that come while a worker is busy go to it as one piece of work.

Which doors these are Django says (`gisserver/serving/workers/batching.py`).
"""

import itertools
from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from typing import Any

from gisserver.serving.answers import Answer, Headers, answer_of
from gisserver.serving.front.batching.micro_batches import MicroBatches
from gisserver.serving.front.lanes.lane import Job, Lane

Request = tuple[Mapping[str, str], bytes]
_IDEMPOTENT = "HTTP_IDEMPOTENCY_KEY"


class BatchedDoors:
    """The ``doors``, each a method and a path, answered by the threads of ``lane``."""

    def __init__(self, doors: Iterable[Sequence[str]], lane: Lane, numbers: "itertools.count[int]") -> None:
        self._lane, self._numbers = lane, numbers
        self._batches: dict[tuple[str, str], MicroBatches[Request, Answer]] = {
            (method, path): MicroBatches(partial(self._answered, (method, path))) for method, path in doors
        }

    def takes(self, scope: Any) -> bool:
        """Whether a request is one to be answered together: of such a door, by somebody with a token."""
        return (scope.method, scope.path) in self._batches and "authorization" in scope.headers

    async def answer(self, request: Mapping[str, str], body: bytes) -> Answer | None:
        """Return the answer to a request (in the names of CGI) as one of many; None if it is to be asked alone."""
        answer = await self._batches[request["REQUEST_METHOD"], request["PATH_INFO"]].ask((request, body))
        return answer if answer.status else None

    async def _answered(self, door: tuple[str, str], asked: Sequence[Request]) -> list[Answer]:
        header = {
            "batch": door,
            "requests": [request for request, _ in asked],
            "sizes": [len(body) for _, body in asked],
        }
        repeatable = all(request["REQUEST_METHOD"] == "GET" or _IDEMPOTENT in request for request, _ in asked)
        job = Job(next(self._numbers), header, b"".join(body for _, body in asked), door[1], repeatable)
        told, content = await self._lane.ask(job)
        return list(_apart(told["answers"], content))


def _apart(answers: Sequence[tuple[int, Headers, int]], content: bytes) -> "Sequence[Answer]":
    """Return the answers that lie one after another in ``content``."""
    ends = list(itertools.accumulate(size for _, _, size in answers))
    begins = [0, *ends]
    return [
        answer_of(status, headers, content[begin:end])
        for (status, headers, _), begin, end in zip(answers, begins, ends, strict=False)
    ]
