"""The workers' connections: each thread has one and says of which lane it is, each process one more for cancelling."""

import asyncio
import logging
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from gisserver.serving.front.lanes.lane import Job, Lane
from gisserver.serving.limits import LANES
from gisserver.serving.spool import answer_file
from gisserver.serving.wire import Frames, frame

logger = logging.getLogger(__name__)


class Workers:
    """Listens on a Unix socket for the workers, and knows their threads by lane.

    Workers of a newer ``generation`` (a number that each start of the application makes greater) take the place of
    older ones, which end when they have answered what they are at.
    """

    def __init__(self, path: Path, folder: Path, *, settings: "asyncio.Future[dict[str, Any]]") -> None:
        self.lanes = {name: Lane(limits) for name, limits in LANES.items()}
        self.settings = settings
        self.when_renewed: list[Callable[[Mapping[str, Any]], None]] = []
        self._path, self._folder = path, folder
        self._server: asyncio.AbstractServer | None = None
        self._inode = self._loaded = 0
        self._connections: set[Connection] = set()

    async def start(self) -> None:
        """Listen."""
        self._path.unlink(missing_ok=True)
        self._server = await asyncio.get_running_loop().create_unix_server(self._connection, str(self._path))
        self._path.chmod(0o600)
        self._inode = self._path.stat().st_ino

    @property
    def is_listening(self) -> bool:
        """Whether workers that connect now come here, not to another front that has taken the path."""
        try:
            return self._path.stat().st_ino == self._inode
        except FileNotFoundError:  # another one is about to take it
            return True

    def stop(self) -> None:
        """Listen no more, and let the workers know, and those who wait for them."""
        if self._server is not None:
            self._server.close()
        for lane in self.lanes.values():
            lane.end()
        for connection in list(self._connections):
            connection.close()

    def cancel(self, pid: int, number: int) -> None:
        """Ask a worker to end the statement of a request."""
        for connection in self._connections:
            if connection.pid == pid and connection.lane is None:
                connection.send({"cancel": number})

    def remove_answer(self, number: int) -> None:
        """Remove the file that a worker may have begun for an answer."""
        answer_file(self._folder, number).unlink(missing_ok=True)

    def refuse(self, error: Exception) -> None:
        """Refuse all requests that need the database; threads that are at one are free when that has ended."""
        for lane in self.lanes.values():
            lane.refuse(error)

    @property
    def are_there(self) -> bool:
        """Whether there are workers for every lane."""
        return all(lane.threads for lane in self.lanes.values())

    def came(self, connection: "Connection", hello: Mapping[str, Any]) -> None:
        """Take a connection that has said what it is; older generations of the same lane go."""
        self._connections.add(connection)
        connection.send({"spool": str(self._folder)})
        if connection.lane is None:
            self._told(hello["settings"])
            return
        same = [other for other in self._connections if other.lane is connection.lane]
        newest = max(other.generation for other in same)
        for other in same:
            if other.generation < newest:
                other.retire()

    def _told(self, settings: dict[str, Any]) -> None:
        """Take what a worker tells; of the forks of one process that has loaded Django all tell the same."""
        if not self.settings.done():
            self.settings.set_result(settings)
        elif settings.get("loaded", 0) > self._loaded:
            for told in self.when_renewed:
                told(settings)
        self._loaded = max(self._loaded, settings.get("loaded", 0))

    def leaving(self, pid: int) -> None:
        """Let the threads of a process go that wants to end."""
        for connection in list(self._connections):
            if connection.pid == pid:
                connection.retire()

    def gone(self, connection: "Connection") -> None:
        """Forget a connection."""
        self._connections.discard(connection)

    def _connection(self) -> "Connection":
        return Connection(self)


class Connection(asyncio.Protocol):
    """One connection of a worker."""

    def __init__(self, workers: Workers) -> None:
        self._workers, self._frames = workers, Frames()
        self._transport: Any = None
        self._job: Job | None = None
        self.is_retiring = False
        self.lane: Lane | None = None
        self.pid = self.generation = 0

    def connection_made(self, transport: Any) -> None:
        """Note the transport (asyncio)."""
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        """Take what the worker sends: first what it is, then answers (asyncio)."""
        for header, body in self._frames.feed(data):
            if not self.pid:
                self._hello(header)
            elif "leaving" in header:
                self._workers.leaving(self.pid)
            else:
                self._answered(header, body)

    def connection_lost(self, error: Exception | None) -> None:
        """The worker's thread, or all of the worker, has ended (asyncio)."""
        self._workers.gone(self)
        if self._job is not None:
            self._workers.remove_answer(self._job.number)
        if self.lane is not None:
            self.lane.leave(self, self._job)

    def begin(self, job: Job) -> None:
        """Send a job."""
        self._job = job
        self.send({**job.header, "number": job.number}, job.body)

    def cancel(self, job: Job) -> None:
        """Ask that the statement that a job waits for be ended."""
        self._workers.cancel(self.pid, job.number)

    def send(self, header: Mapping[str, Any], body: bytes = b"") -> None:
        """Send a frame."""
        self._transport.write(frame(header, body))

    def retire(self) -> None:
        """Let the thread go, when it has answered what it is at."""
        self.is_retiring = True
        if self._job is None and self.lane is not None:
            self.lane.leave(self, None)
            self._let_go()

    def close(self) -> None:
        """End the connection."""
        self._transport.close()

    def _hello(self, header: Mapping[str, Any]) -> None:
        self.pid, self.generation = header["pid"], header["generation"]
        name = header["lane"]
        self.lane = self._workers.lanes[name] if name else None
        self._workers.came(self, header)
        if self.lane is not None and not self.is_retiring:
            self.lane.join(self)

    def _answered(self, header: dict[str, Any], body: bytes) -> None:
        job, self._job = self._job, None
        if job is None or self.lane is None:
            return
        if job.future.done():
            self._workers.remove_answer(job.number)  # nobody waits for it
        self.lane.done(job, ({**header, "outdated": True} if self.is_retiring else header, body))
        if self.is_retiring:
            self.lane.leave(self, None)
            self._let_go()
        else:
            self.lane.join(self)

    def _let_go(self) -> None:
        self.send({"retire": True})
        self.close()
