"""Answers handed to granian, which sends them as fast as their clients read."""

import asyncio
from typing import Any

from gisserver.serving.answers import Answer

# A file that was made for one answer is opened by granian at once; its name may go then.
NAMED_S = 60.0


def send(answer: Answer, protocol: Any, *more: tuple[str, str]) -> None:
    """Send an answer with ``more`` headers; nothing of a file is held in memory."""
    body, headers = answer.body, [*answer.headers, *more]
    if isinstance(body, bytes):
        protocol.response_bytes(answer.status, headers, body)
        return
    if answer.header("content-length") is None:
        headers.append(("content-length", str(body.stat().st_size)))
    protocol.response_file(answer.status, headers, str(body))
    if answer.passing:
        asyncio.get_running_loop().call_later(NAMED_S, lambda: body.unlink(missing_ok=True))
