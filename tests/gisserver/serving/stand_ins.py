"""Stand-ins for what granian hands to the gateway."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any


@dataclass
class Scope:
    """A request as RSGI describes it."""

    method: str = "GET"
    path: str = "/"
    query_string: str = ""
    http_version: str = "1.1"
    scheme: str = "http"
    server: str = "127.0.0.1:8000"
    client: str = "192.0.2.7:5001"
    authority: str | None = None
    headers: dict[str, str] = field(default_factory=dict)


class Transport:
    """An answer that is sent in pieces."""

    def __init__(self) -> None:
        self.sent: list[bytes] = []

    async def send_bytes(self, piece: bytes) -> None:
        """Keep the piece."""
        self.sent.append(piece)


class Protocol:
    """The connection of one request: its body, its answer, and the client that may go."""

    def __init__(self, *pieces: bytes) -> None:
        self.pieces, self.answer, self.transport = pieces, None, Transport()  # type: ignore[var-annotated]
        self.gone = asyncio.Event()

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for piece in self.pieces:
            yield piece
        yield b""  # as granian ends a body

    def response_file(self, status: int, headers: list[tuple[str, str]], file: str) -> None:
        """Read a file as granian does."""
        self.answer = (status, headers, Path(file).read_bytes())

    def response_bytes(self, status: int, headers: list[tuple[str, str]], body: bytes) -> None:
        """Keep a whole answer."""
        self.answer = (status, headers, body)

    def response_stream(self, status: int, headers: list[tuple[str, str]]) -> Transport:
        """Begin an answer in pieces."""
        self.answer = (status, headers, None)
        return self.transport

    async def client_disconnect(self) -> Any:
        """Wait until the client has gone."""
        await self.gone.wait()
