"""The front, put together as granian runs it (`runtime/front.py`).

It is told where to find the workers by the environment: FRONT_SOCKET, the path of a Unix socket. When granian's main
process is killed, it goes on until the next one's front listens on the same port and the same path; it ends when the
supervisor (SUPERVISOR, a process id) has ended too.
"""

import asyncio
import os
import signal
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from gisserver.common.collecting import collect_rarely
from gisserver.common.workspace import workspace
from gisserver.serving.front.app import Front
from gisserver.serving.front.database import Database
from gisserver.serving.front.hub import Hub
from gisserver.serving.front.lanes.workers import Workers
from gisserver.serving.front.log import from_environment as log_from_environment
from gisserver.serving.spool import Spool

LOOK_S = 0.1
# What is being answered when the next front has come gets so long.
ENDING_S = 3.0


class Application:
    """The front as granian runs it (RSGI)."""

    def __init__(self) -> None:
        self._held = ExitStack()
        self._tasks: list[asyncio.Task[None]] = []

    def __rsgi_init__(self, loop: asyncio.AbstractEventLoop) -> None:
        """Put the parts together, now that there is a loop, and take workers."""
        collect_rarely()
        home = os.environ.get("GISSERVER_HOME")
        folder = self._held.enter_context(workspace(Path(home) / "passing" if home else None))
        spool, database = Spool(folder), Database()
        hub = Hub(database.connect)
        workers = Workers(Path(os.environ["FRONT_SOCKET"]), folder, settings=loop.create_future())
        database.when_lost.append(workers.refuse)
        log = log_from_environment()
        self._front = Front(workers, hub, database, spool, log)
        self._held.callback(log.close)
        self._held.callback(self._front.stop)
        self._held.callback(workers.stop)
        self._held.callback(database.stop)
        self._held.callback(hub.stop)
        self._tasks.append(loop.create_task(_begin(workers, self._front)))
        self._tasks.append(loop.create_task(_end_when_orphaned(workers, os.getppid())))

    def __rsgi_del__(self, loop: asyncio.AbstractEventLoop) -> None:
        """End the open connections, which would keep granian from ending."""
        self._held.close()

    async def __rsgi__(self, scope: Any, protocol: Any) -> None:
        """Answer one request."""
        await self._front.answer(scope, protocol)


async def _begin(workers: Workers, front: Front) -> None:
    await workers.start()
    front.start(await workers.settings)


async def _end_when_orphaned(workers: Workers, parent: int) -> None:
    """End when ``parent`` has ended and somebody else listens for the workers, or nobody is left to start one."""
    supervisor = int(os.environ.get("SUPERVISOR", "0"))
    while (now := os.getppid()) in {parent, supervisor} and (now != supervisor or workers.is_listening):
        await asyncio.sleep(LOOK_S)
    asyncio.get_running_loop().call_later(ENDING_S, os._exit, 0)
    os.kill(os.getpid(), signal.SIGTERM)
