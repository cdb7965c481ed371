"""Answers handed to granian, which sends them as fast as their clients read."""

import asyncio
from typing import Any

from gisserver.serving.answers import Answer

# A file that was made for one answer is opened by granian at once; its name may go then.
NAMED_S = 60.0


def send(answer: Answer, protocol: Any) -> None:
    """Send an answer; nothing of a file is held in memory."""
    if isinstance(answer.body, bytes):
        protocol.response_bytes(answer.status, answer.headers, answer.body)
        return
    headers = answer.headers
    if answer.header("content-length") is None:
        headers = [*headers, ("content-length", str(answer.body.stat().st_size))]
    protocol.response_file(answer.status, headers, str(answer.body))
    if answer.passing:
        asyncio.get_running_loop().call_later(NAMED_S, lambda: answer.body.unlink(missing_ok=True))
