"""One parent for the processes of the server: starts them in order, again when they die, ends them all."""

import os
import signal
import subprocess
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from types import FrameType
from typing import Any, NoReturn

from . import processes
from .say import Problem, say

POLL_S = 0.05
FIRST_DELAY_S = 0.1
LONGEST_DELAY_S = 10.0
STEADY_S = 5.0  # who lives this long has started well
MAX_FAILURES = 6
STOP_SIGNALS = ((signal.SIGTERM, 6.0), (signal.SIGKILL, 3.0))


class Stop(BaseException):
    """Somebody asked the server to end (Ctrl-C, SIGTERM, a closed terminal)."""


@dataclass(slots=True)
class Child:
    """One supervised process: how it is started and stopped, and how it fared.

    ``former`` is its predecessor while a reload is under way.
    """

    name: str
    start: Callable[[], subprocess.Popen[bytes]]
    stop: Callable[[subprocess.Popen[bytes]], None]
    process: subprocess.Popen[bytes] | None = None
    former: subprocess.Popen[bytes] | None = None
    failures: int = 0
    has_worked: bool = False
    started_at: float = 0.0
    due_at: float = 0.0


@dataclass(slots=True)
class Supervisor:
    """The children, in the order in which they start; they stop in the reverse order."""

    children: list[Child] = field(default_factory=list)
    asked_to_stop: Callable[[], bool] = lambda: False
    to_reload: Child | None = None

    def add(self, child: Child) -> None:
        """Start ``child`` now and watch it from now on. Raises Problem when it does not start."""
        self.children.append(child)
        self._start(child)

    def watch(self) -> NoReturn:
        """Start again whoever dies, with growing delays, until Stop is raised; Problem for who never came to work."""
        while not self.asked_to_stop():
            if self.to_reload is not None:
                self._reload(self.to_reload)
            self.look()
            time.sleep(POLL_S)
        ignore_signals()
        raise Stop

    def look(self) -> None:
        """Do one round: notice the dead, start those that are due, reap orphans."""
        for child in self.children:
            if child.former is not None:
                self._look_at_reload(child, child.former)
            if child.process is not None and child.process.poll() is not None:
                self._mourn(child)
            if child.process is None and time.monotonic() >= child.due_at:
                self._start(child)
        known = {process.pid for child in self.children for process in (child.process, child.former) if process}
        _reap_adopted(known)

    def stop(self) -> None:
        """End every child, the last started first."""
        for child in reversed(self.children):
            for process in (child.process, child.former):
                if process is not None:
                    child.stop(process)
            child.process = child.former = None

    def reload_on_signal(self, child: Child) -> None:
        """Let SIGUSR1 start a new process of ``child`` beside the present one, which the new one ends when it works."""

        def ask(number: int, frame: FrameType | None) -> None:
            self.to_reload = child

        signal.signal(signal.SIGUSR1, ask)

    def _reload(self, child: Child) -> None:
        self.to_reload = None
        if child.process is not None and child.former is None:
            say(f"{child.name}: starting it anew")
            child.former, child.process = child.process, None
            self._start(child)

    def _look_at_reload(self, child: Child, former: subprocess.Popen[bytes]) -> None:
        if former.poll() is not None:
            child.former = None
        elif child.process is not None and child.process.poll() is not None:
            say(f"{child.name} does not start anew ({describe(child.process.returncode)}); the one before goes on")
            child.process, child.former = former, None

    def _start(self, child: Child) -> None:
        child.started_at = time.monotonic()
        try:
            child.process = child.start()
        except (Problem, OSError) as reason:  # OSError: its files have gone
            if not child.failures:
                raise
            self._failed(child, f"does not start ({reason})")

    def _mourn(self, child: Child) -> None:
        process = child.process
        if process is None:
            return
        child.stop(process)  # its own children may live on
        child.process = None
        if time.monotonic() - child.started_at > STEADY_S:
            child.failures, child.has_worked = 0, True
        self._failed(child, f"ended ({describe(process.returncode)})")

    def _failed(self, child: Child, reason: str) -> None:
        child.failures += 1
        if child.failures > MAX_FAILURES and not child.has_worked:
            raise Problem(f"{child.name} {reason}: {MAX_FAILURES} starts in a row failed, so everything ends.")
        delay = min(LONGEST_DELAY_S, FIRST_DELAY_S * 2 ** (child.failures - 1))
        child.due_at = time.monotonic() + delay
        say(f"{child.name} {reason}; starting it again in {delay:.1f} s")


def launch(argv: Sequence[str], **options: Any) -> subprocess.Popen[bytes]:
    """Start ``argv`` in a session of its own, to be killed by the kernel should this process end first."""
    return subprocess.Popen(
        argv,
        stdin=subprocess.DEVNULL,
        start_new_session=True,
        preexec_fn=lambda: processes.die_with_parent(signal.SIGKILL),
        **options,
    )


def stop_family(process: subprocess.Popen[bytes]) -> None:
    """End ``process`` gently, then everything that is left in its session."""
    for number, patience_s in STOP_SIGNALS:
        if process.poll() is None:
            process.send_signal(number)
            try:
                process.wait(patience_s)
            except subprocess.TimeoutExpired:
                continue
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        return


def on_signals_stop() -> None:
    """Let SIGINT, SIGTERM and SIGHUP raise Stop in the main thread, once; `nohup` keeps its meaning."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        if number is signal.SIGHUP and signal.getsignal(number) is signal.SIG_IGN:
            continue
        signal.signal(number, _raise_stop)


def ignore_signals() -> None:
    """Let the ending go on undisturbed; each part of it has a time limit of its own."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)


def describe(code: int) -> str:
    """Return an exit code in words: `exit code 1`, `signal SIGKILL`."""
    return f"exit code {code}" if code >= 0 else f"signal {signal.Signals(-code).name}"


def _raise_stop(number: int, frame: FrameType | None) -> NoReturn:
    ignore_signals()
    raise Stop


def _reap_adopted(known: set[int]) -> None:
    """Collect descendants that became ours when their parent died."""
    while True:
        try:
            ended = os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT)
        except ChildProcessError:
            return
        if ended is None or ended.si_pid in known:
            return
        os.waitpid(ended.si_pid, 0)
