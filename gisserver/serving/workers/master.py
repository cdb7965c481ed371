"""The application: one process that has loaded Django, and the workers that are its forks.

So a worker that is killed is replaced in a fraction of a second, not in the seconds that loading takes, and workers
share the memory of what is loaded. Nothing here may open a connection to the database or start a thread before the
fork: a fork would share the one and lack the other.

When this process itself is killed, its workers go on, and so does its deputy: one more fork, which then forks workers
and a deputy of its own, so that workers that are killed are replaced while the supervisor has everything loaded anew.
Each time the newer workers take the place of the older ones (`generation`), which end, and so does who has only such.
All end when neither this process nor the supervisor (SUPERVISOR, a process id) lives.
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

# How often it is looked whether one has ended.
LOOK_S = 0.02
# A worker that lives shorter than this is not replaced at once: it would fail again.
STEADY_S = 1.0
STOP_S = 5.0


class Master:
    """Keeps ``count`` workers alive."""

    def __init__(self, front: Path, count: int) -> None:
        self._front, self._count = front, count
        self._generation = time.time_ns()
        self._told = front_settings()
        self._supervisor = int(os.environ.get("SUPERVISOR", "0"))
        self._begun: dict[int, float] = {}
        self._deputy = 0
        self._is_deputy = self._ending = False

    def run(self) -> None:
        """Work until SIGTERM, or until workers of a newer start have taken over; all workers have ended then."""
        call_this_process("master")
        signal.signal(signal.SIGTERM, self._end)
        self._appoint()
        while len(self._begun) < self._count and not self._ending:
            self._begin()
        if predecessor := os.environ.get("PREDECESSOR"):  # all has been loaded: its workers may go
            with contextlib.suppress(ProcessLookupError):
                os.kill(int(predecessor), signal.SIGTERM)
        while self._begun:
            self._look()
        self._dismiss()

    def _look(self) -> None:
        """Replace who has ended; a worker that has been let go is not replaced."""
        pid, status = os.waitpid(-1, os.WNOHANG)
        if pid == 0:
            if self._is_deputy and os.getppid() != self._supervisor:
                self._end()
            time.sleep(LOOK_S)
            return
        figures.process_ended(pid)
        begun = self._begun.pop(pid, None)
        if begun is not None and status != 0 and not self._ending:
            time.sleep(max(0.0, STEADY_S - (time.monotonic() - begun)))
            self._begin()
        if pid == self._deputy and not self._ending:
            self._appoint()

    def _appoint(self) -> None:
        """Fork a deputy."""
        self._deputy = os.fork()
        if self._deputy == 0:
            try:
                self._stand_by()
            finally:
                os._exit(0)

    def _stand_by(self) -> None:
        """Wait until the process whose deputy this is has been killed, and go on in its place."""
        call_this_process("deputy")
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        superior = os.getppid()
        while os.getppid() == superior:
            time.sleep(LOOK_S)
        if os.getppid() == self._supervisor:  # else all has ended
            os.environ.pop("PREDECESSOR", None)
            self._is_deputy, self._begun = True, {}
            self._generation += 1
            self.run()

    def _dismiss(self) -> None:
        """End the deputy, if there is one yet: a signal to 0 would end all of this session."""
        if not self._deputy:
            return
        with contextlib.suppress(ProcessLookupError):
            os.kill(self._deputy, signal.SIGKILL)

    def _begin(self) -> None:
        """Fork a worker."""
        parents = frozenset({os.getpid(), self._supervisor})
        pid = os.fork()
        if pid:
            self._begun[pid] = time.monotonic()
            return
        code = 1
        try:
            call_this_process("worker")
            worker = Worker(application, self._front, self._generation, self._told, parents)
            signal.signal(signal.SIGTERM, lambda *_: worker.leave())
            worker.run()
            traces.close()
            code = 0
        finally:
            os._exit(code)

    def _end(self, *_: object) -> None:
        self._ending = True
        self._dismiss()
        for pid in self._begun:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGTERM)
        late = threading.Timer(STOP_S, os._exit, (1,))
        late.daemon = True  # who has ended in time does not wait for it
        late.start()


def call_this_process(name: str) -> None:
    """Let `ps -o comm` and `top` show what this process is."""
    Path("/proc/self/comm").write_text(name)


def main() -> None:
    """Load everything, then keep the workers: WEB_WORKERS of them, for the front that listens at FRONT_SOCKET."""
    import_module(settings.ROOT_URLCONF)  # the doors, which Django would load at the first request
    collect_rarely()
    Master(Path(os.environ["FRONT_SOCKET"]), settings.WEB_WORKERS).run()


if __name__ == "__main__":
    main()
