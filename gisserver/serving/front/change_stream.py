"""The feed of changes for many open connections: one look at the database for all, one question for all alike.

Django answers each of these connections once (`workers/change_stream.py`), and says how far it has told and whose
rights they are. From then on its connection costs a task of the event loop. When there is news, Django is asked on
behalf of one of those who have the same rights and have heard the same, and all of them hear what it answers, if each
still has those rights: a number of the feed is passed on only behind a look at the credential.
"""

import asyncio
import contextlib
import logging
from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping
from typing import Any

import orjson
import psycopg

from gisserver.common.errors import DomainError
from gisserver.serving.answers import NEWS, Answer
from gisserver.serving.front.batching.micro_batches import MicroBatches
from gisserver.serving.front.cache.revalidation import Dependencies, Found, Holder, VersionedArea, holder_told
from gisserver.serving.front.database import Database
from gisserver.serving.front.http.credentials import UNREADABLE, Credential
from gisserver.serving.front.hub import HEARTBEAT, HubIsFull, Listener
from gisserver.serving.front.statements import numbered
from gisserver.serving.limits import CHANGE_READERS, CHANGES_ASKED, CHANGES_LOOK_S, NEWS_HEARTBEAT_S

logger = logging.getLogger(__name__)

# What a client says it has heard, in the names of CGI.
LAST_EVENT_ID = "HTTP_LAST_EVENT_ID"
NOWHERE = VersionedArea((), (0, 0, 0, 0))
Request = Mapping[str, str]
Ask = Callable[[Request], Awaitable[Answer]]
Revalidations = MicroBatches[Dependencies, Found | None]


class Reader(Listener):
    """One open connection: its request, who reads, up to which number, and with whom it has its rights in common."""

    def __init__(self, request: Request, credential: Credential | None, answer: Answer) -> None:
        super().__init__(frozenset())
        # Whom Django knows by what is not found here has no rights that could be looked at again.
        self.request, self.credential = request, credential or UNREADABLE
        self.holder = holder_told(self.credential, answer.own)
        told = orjson.loads(answer.own[NEWS])
        self.last: int = told["last"]
        self.group = tuple(told["group"])


class ChangeStream:
    """Those who listen to the feed. ``ask`` has Django answer a request."""

    def __init__(self, database: Database, ask: Ask) -> None:
        self._database, self._ask = database, ask
        self._readers: set[Reader] = set()
        self._turns = asyncio.Semaphore(CHANGES_ASKED)
        loop = asyncio.get_running_loop()
        self._tasks = [loop.create_task(self._watch()), loop.create_task(self._keep_alive())]

    def renew(self, revalidations: Revalidations, look: str) -> None:
        """Take what Django tells when it has been loaded, before the first reader and whenever it is loaded anew."""
        self._revalidations, self._look = revalidations, numbered(look)

    def stop(self) -> None:
        """End all connections, and look no more."""
        for task in self._tasks:
            task.cancel()
        self._end(self._readers)

    async def hold(self, reader: Reader, headers: list[tuple[str, str]], beginning: bytes, protocol: Any) -> None:
        """Keep a connection open and write to it until its client goes. Raises HubIsFull."""
        if len(self._readers) >= CHANGE_READERS:
            raise HubIsFull
        self._readers.add(reader)
        try:
            await reader.tell(protocol.response_stream(200, headers), beginning, protocol)
        finally:
            self._readers.discard(reader)

    async def _watch(self) -> None:
        while True:
            await asyncio.sleep(CHANGES_LOOK_S)
            if self._readers:
                with _noted():
                    await self.look()

    async def look(self) -> None:
        """Ask the database once whether there is news, and tell it to whom it concerns."""
        newest, more = await self._database.row(self._look, {})
        while behind := _alike(reader for reader in self._readers if more or reader.last < newest):
            heard = await asyncio.gather(*(self._tell(group) for group in behind))
            more = False
            if not any(heard):
                return

    async def _tell(self, group: list[Reader]) -> bool:
        """Tell those who are alike what comes next, if that can be done just now; say whether they have come further.

        What fails is told later: numbers are not lost, and others are told all the same.
        """
        before = group[0].last
        with _noted():
            await self._ask_for(group)
        return any(reader.last != before for reader in group)

    async def _ask_for(self, group: list[Reader]) -> None:
        speaker = group[0]
        async with self._turns:
            answer = await self._ask({**speaker.request, LAST_EVENT_ID: str(speaker.last)})
        if NEWS not in answer.own or not isinstance(answer.body, bytes):
            if answer.status < 500:  # no longer, or not like this: it comes again and is told why
                self._end([speaker])
            return
        if holder_told(speaker.credential, answer.own) != speaker.holder:
            self._end([speaker])  # what was answered is for other rights than those of the group
            return
        last = orjson.loads(answer.own[NEWS])["last"]
        if last == speaker.last:
            return
        for reader in await self._still(group):
            reader.last = last
            reader.hear(answer.body)

    async def _still(self, readers: Iterable[Reader]) -> list[Reader]:
        """Return those who still have their rights; the connections of the others end."""
        asked = list(readers)
        found = await asyncio.gather(*(self._revalidations.ask(_rights(reader.holder)) for reader in asked))
        self._end(reader for reader, known in zip(asked, found, strict=True) if known is None)
        return [reader for reader, known in zip(asked, found, strict=True) if known is not None]

    def _end(self, readers: Iterable[Reader]) -> None:
        """End connections. Who does not read what has been written is one of the readers no more, either."""
        for reader in list(readers):
            self._readers.discard(reader)
            reader.hear(None)

    async def _keep_alive(self) -> None:
        while True:
            await asyncio.sleep(NEWS_HEARTBEAT_S)
            with _noted():
                for reader in await self._still(self._readers):
                    reader.hear(HEARTBEAT)


def _alike(readers: Iterable[Reader]) -> list[list[Reader]]:
    """Return the readers by what they may be told: by their rights, what they ask for, and what they have heard."""
    groups: defaultdict[tuple[object, ...], list[Reader]] = defaultdict(list)
    for reader in readers:
        groups[(reader.group, reader.last)].append(reader)
    return list(groups.values())


def _rights(holder: Holder | None) -> Dependencies:
    return Dependencies(holder, NOWHERE)


@contextlib.contextmanager
def _noted() -> Iterator[None]:
    """Go on after what the database or the workers could not do just now."""
    try:
        yield
    except (DomainError, psycopg.Error, OSError) as error:
        logger.warning("Changes are not told just now (%s)", type(error).__name__)
    except Exception:
        logger.exception("Changes could not be told")
