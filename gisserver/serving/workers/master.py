"""The application: one process that has loaded Django, and the workers that are its forks.

So a worker that is killed is replaced in a fraction of a second, not in the seconds that loading takes, and workers
share the memory of what is loaded. Nothing here may open a connection to the database or start a thread before the
fork: a fork would share the one and lack the other.

When this process itself is killed, its workers go on; those of the next one take their place (`generation`). They end
when neither this process nor the supervisor (SUPERVISOR, a process id) lives.
"""

import contextlib
import os
import signal
import threading
import time
from importlib import import_module
from pathlib import Path

os.environ["GISSERVER_PROCESS"] = "web"  # the settings, read below, limit its statements

from django.conf import settings

from gisserver.common import figures, traces
from gisserver.common.collecting import collect_rarely
from gisserver.wsgi import application

# Only now, for Django must have loaded the apps.
from gisserver.serving.workers.front_settings import front_settings  # isort: skip
from gisserver.serving.workers.worker import Worker  # isort: skip

# A worker that lives shorter than this is not replaced at once: it would fail again.
STEADY_S = 1.0
STOP_S = 5.0


class Master:
    """Keeps ``count`` workers alive."""

    def __init__(self, front: Path, count: int) -> None:
        self._front, self._count = front, count
        self._generation = time.time_ns()
        self._told = front_settings()
        self._begun: dict[int, float] = {}
        self._ending = False

    def run(self) -> None:
        """Work until SIGTERM; all workers have ended then."""
        signal.signal(signal.SIGTERM, self._end)
        while len(self._begun) < self._count:
            self._begin()
        if predecessor := os.environ.get("PREDECESSOR"):  # all has been loaded: its workers may go
            with contextlib.suppress(ProcessLookupError):
                os.kill(int(predecessor), signal.SIGTERM)
        while self._begun:
            pid, _ = os.wait()
            figures.process_ended(pid)
            begun = self._begun.pop(pid, None)
            if begun is not None and not self._ending:
                time.sleep(max(0.0, STEADY_S - (time.monotonic() - begun)))
                self._begin()

    def _begin(self) -> None:
        """Fork a worker."""
        parents = frozenset({os.getpid(), int(os.environ.get("SUPERVISOR", "0"))})
        pid = os.fork()
        if pid:
            self._begun[pid] = time.monotonic()
            return
        try:
            worker = Worker(application, self._front, self._generation, self._told, parents)
            signal.signal(signal.SIGTERM, lambda *_: worker.leave())
            worker.run()
            traces.close()
        finally:
            os._exit(0)

    def _end(self, *_: object) -> None:
        self._ending = True
        for pid in self._begun:
            os.kill(pid, signal.SIGTERM)
        threading.Timer(STOP_S, os._exit, (1,)).start()


def main() -> None:
    """Load everything, then keep the workers: WEB_WORKERS of them, for the front that listens at FRONT_SOCKET."""
    import_module(settings.ROOT_URLCONF)  # the doors, which Django would load at the first request
    collect_rarely()
    Master(Path(os.environ["FRONT_SOCKET"]), settings.WEB_WORKERS).run()


if __name__ == "__main__":
    main()
