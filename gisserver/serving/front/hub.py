"""News from PostgreSQL for many open connections: one LISTEN for all of them, on the event loop."""

import asyncio
import contextlib
import json
import logging
from collections.abc import Awaitable, Callable, Iterable, Iterator
from typing import Any

import psycopg

from gisserver.serving.answers import EVERYTHING
from gisserver.serving.front.database import closed_at_last
from gisserver.serving.limits import NEWS_HEARTBEAT_S, NEWS_LIFETIME_S, NEWS_LISTENERS, NEWS_WAITING

logger = logging.getLogger(__name__)

CHANNEL = "gisserver_news"
RETRY_S = 1.0
HEARTBEAT = b":\n\n"

Connect = Callable[[], Awaitable[psycopg.AsyncConnection[Any]]]


class HubIsFull(Exception):
    """There are as many listeners as one process takes."""


class Listener:
    """One open connection and what is still to be written to it."""

    def __init__(self, channels: frozenset[str]) -> None:
        self.channels = channels
        self._waiting: asyncio.Queue[bytes | None] = asyncio.Queue(NEWS_WAITING)

    def hear(self, message: bytes | None) -> None:
        """Write ``message`` when its turn comes; None ends the connection, and so does falling behind."""
        if self._waiting.full():
            while not self._waiting.empty():
                self._waiting.get_nowait()
            message = None
        self._waiting.put_nowait(message)

    async def next(self) -> bytes | None:
        """Wait for what is to be written next; None at the end."""
        return await self._waiting.get()

    async def tell(self, transport: Any, beginning: bytes, protocol: Any) -> None:
        """Write ``beginning`` and then what is heard, until the end or until the client has gone."""
        gone = asyncio.ensure_future(protocol.client_disconnect())
        gone.add_done_callback(lambda _: self.hear(None))
        try:
            message: bytes | None = beginning
            while message is not None:
                await transport.send_bytes(message)
                message = await self.next()
        finally:
            gone.cancel()


class Hub:
    """Hands what PostgreSQL notifies on `gisserver_news` to the listeners of the channels that it names.

    A notification is a JSON object, {"event": NAME, "channels": [CHANNEL, …]}, and becomes a server-sent event of that
    name. ``upcoming`` is a query for what time itself will bring: its one row holds the seconds from now to the next
    such moment, or null, and the notification that is then due. Whenever the connection to the database is lost, the
    listeners' connections end too: they come back, and ask what they have missed.
    """

    def __init__(self, connect: Connect) -> None:
        self._connect, self._upcoming = connect, ""
        self._listeners: set[Listener] = set()
        self._tasks: list[asyncio.Task[None]] = []

    def start(self, loop: asyncio.AbstractEventLoop, *, upcoming: str) -> None:
        """Begin to listen."""
        self._upcoming = upcoming
        self._tasks = [loop.create_task(self._listen()), loop.create_task(self._keep_alive())]

    def stop(self) -> None:
        """End the listeners' connections, and listen no more."""
        for task in self._tasks:
            task.cancel()
        self._end_all()

    @contextlib.contextmanager
    def listening(self, channels: frozenset[str]) -> Iterator[Listener]:
        """Lend a listener of ``channels``. Raises HubIsFull."""
        if len(self._listeners) >= NEWS_LISTENERS:
            raise HubIsFull
        listener = Listener(channels)
        end = asyncio.get_running_loop().call_later(NEWS_LIFETIME_S, listener.hear, None)
        self._listeners.add(listener)
        try:
            yield listener
        finally:
            self._listeners.discard(listener)
            end.cancel()

    def announce(self, notification: str) -> None:
        """Hand a notification to those who listen to one of its channels."""
        news = json.loads(notification)
        message = f"event: {news['event']}\ndata: {{}}\n\n".encode()
        for listener in _concerned(self._listeners, frozenset(news["channels"])):
            listener.hear(message)

    async def _listen(self) -> None:
        while True:
            try:
                async with closed_at_last(await self._connect()) as connection:
                    await self._pass_on(connection)
            except (psycopg.Error, OSError) as error:
                logger.warning("No news from the database (%s)", error)
            except Exception:  # what somebody has notified is no news of ours
                logger.exception("News could not be told")
            self._end_all()
            await asyncio.sleep(RETRY_S)

    async def _pass_on(self, connection: psycopg.AsyncConnection[Any]) -> None:
        await connection.execute(f"LISTEN {CHANNEL}")
        self._end_all()  # who came before has perhaps missed something
        while True:
            cursor = await connection.execute(self._upcoming)
            (seconds, due) = await cursor.fetchone() or (None, "")
            heard = False
            async for news in connection.notifies(timeout=seconds, stop_after=1):
                heard = True
                self.announce(news.payload)
            if not heard and seconds is not None:
                self.announce(due)

    async def _keep_alive(self) -> None:
        while True:
            await asyncio.sleep(NEWS_HEARTBEAT_S)
            for listener in list(self._listeners):
                listener.hear(HEARTBEAT)

    def _end_all(self) -> None:
        for listener in list(self._listeners):
            listener.hear(None)


def _concerned(listeners: Iterable[Listener], channels: frozenset[str]) -> list[Listener]:
    return [
        listener
        for listener in listeners
        if EVERYTHING in channels or EVERYTHING in listener.channels or not channels.isdisjoint(listener.channels)
    ]
