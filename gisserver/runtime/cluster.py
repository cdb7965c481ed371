"""The private PostgreSQL cluster of a home: made once, started on a socket of its own, ended with us."""

import os
import shutil
import signal
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from . import processes
from .account import Account, own_name
from .home import ROLE, SOCKET_NAME
from .postgres import Installation
from .say import Problem

LOCALES = ("C.UTF-8", "C.utf8", "en_US.UTF-8")
READY_S = 120.0  # a crash recovery may have gigabytes of WAL to replay
LOG_MAX_BYTES = 10_000_000
# Fast shutdown, then immediate, then the kernel's.
STOP_SIGNALS = ((signal.SIGINT, 10.0), (signal.SIGQUIT, 5.0), (signal.SIGKILL, 5.0))


@dataclass(frozen=True, slots=True)
class Cluster:
    """One data directory and how to run it: programs, account, socket directory, log file, parameters."""

    data: Path
    programs: Installation
    account: Account
    log: Path

    @property
    def exists(self) -> bool:
        """Whether initdb has once succeeded."""
        return (self.data / "PG_VERSION").exists()

    def create(self, *, durable: bool = True) -> None:
        """Run initdb beside the final place and move the result there: a kill leaves no half cluster."""
        half_made = self.data.with_name(f"{self.data.name}.new")
        shutil.rmtree(half_made, ignore_errors=True)
        half_made.mkdir(mode=0o700)
        os.chown(half_made, self.account.uid, self.account.gid)
        with _reachable(half_made) as (path, fds):
            for locale in LOCALES:
                done = self._initdb(path, fds, locale, durable=durable)
                if done.returncode == 0:
                    break
            else:
                raise Problem(f"initdb failed:\n{done.stdout}")
        half_made.rename(self.data)

    def start(self, *, sockets: Path, parameters: Mapping[str, str]) -> subprocess.Popen[bytes]:
        """Start the server and return its process as soon as it accepts connections.

        What an earlier run left behind is ended first. Raises Problem with the server's own words.
        """
        self.end_leftovers()
        for stale in [self.data / "postmaster.pid", *sockets.glob(f"{SOCKET_NAME}*")]:
            stale.unlink(missing_ok=True)
        self._write_access()
        if self.log.exists() and self.log.stat().st_size > LOG_MAX_BYTES:
            self.log.replace(self.log.with_suffix(".log.1"))
        with _reachable(self.data) as (path, fds), self.log.open("ab") as log:
            began = log.tell()
            options = [f"--{name}={value}" for name, value in parameters.items()]
            server = subprocess.Popen(
                [self.programs.programs / "postgres", "-D", path, *options],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                pass_fds=fds,
                **self._as_account(),
            )
        processes.wait_until(lambda: self._ready(server) or server.poll() is not None, timeout_s=READY_S)
        if not self._ready(server):
            stop(server)
            words = self.log.read_bytes()[began:].decode(errors="replace").strip()
            raise Problem(f"The database did not start:\n{words[-3000:]}\nIts log is {self.log}")
        return server

    def end_leftovers(self) -> None:
        """End every server process that still works in this data directory (the lock on the home is ours)."""
        processes.end(processes.working_in(self.data), signals=STOP_SIGNALS)

    def _initdb(
        self, path: str, fds: tuple[int, ...], locale: str, *, durable: bool
    ) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [
                self.programs.programs / "initdb",
                "--pgdata",
                path,
                "--encoding=UTF8",
                f"--locale={locale}",
                f"--username={ROLE}",
                "--auth=peer",
                *([] if durable else ["--no-sync"]),
            ],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
            pass_fds=fds,
            **self._as_account(),
        )

    def _write_access(self) -> None:
        """Let in only the accounts of the server and of this process, through the socket, as the role."""
        names = dict.fromkeys([self.account.name, own_name()])
        self._write("pg_hba.conf", "local all all peer map=home\n")
        self._write("pg_ident.conf", "".join(f'home "{name}" {ROLE}\n' for name in names))

    def _write(self, name: str, text: str) -> None:
        path = self.data / name
        path.write_text(text)
        path.chmod(0o600)
        os.chown(path, self.account.uid, self.account.gid)

    def _ready(self, server: subprocess.Popen[bytes]) -> bool:
        """Read what pg_ctl reads: postmaster.pid says `ready` once connections are accepted."""
        try:
            lines = (self.data / "postmaster.pid").read_text().splitlines()
        except OSError:
            return False
        return len(lines) >= 8 and lines[0] == str(server.pid) and lines[7].strip() == "ready"

    def _as_account(self) -> dict[str, Any]:
        """Return Popen's arguments for a program that runs under the account and ends with this process."""
        launch: dict[str, Any] = {
            "cwd": "/",
            "env": _clean_environment(),
            "start_new_session": True,
            # The kernel forgets the death signal when credentials change; Popen changes them before.
            "preexec_fn": lambda: processes.die_with_parent(signal.SIGINT),
        }
        if not self.account.is_ours:
            launch.update(user=self.account.uid, group=self.account.gid, extra_groups=[])
        return launch


def stop(server: subprocess.Popen[bytes]) -> None:
    """End the server: fast shutdown first, then with more force; returns when it is gone."""
    for number, patience_s in STOP_SIGNALS:
        if server.poll() is None:
            server.send_signal(number)
            try:
                server.wait(patience_s)
            except subprocess.TimeoutExpired:
                continue
    server.wait()


@contextmanager
def _reachable(directory: Path) -> Iterator[tuple[str, tuple[int, ...]]]:
    """Yield a path by which another account reaches ``directory``, and the descriptors it needs.

    The home is private, and lies perhaps in a private place such as /root: an account that root lends
    cannot pass through. An open descriptor needs no way there, so it gets /proc/self/fd/N.
    """
    if os.geteuid() != 0:
        yield str(directory), ()
        return
    descriptor = os.open(directory, os.O_RDONLY | os.O_DIRECTORY)
    try:
        yield f"/proc/self/fd/{descriptor}", (descriptor,)
    finally:
        os.close(descriptor)


def _clean_environment() -> dict[str, str]:
    """Return the environment for the server: no PG* variable of the user may steer it."""
    kept = {name: value for name, value in os.environ.items() if name in {"PATH", "TZDIR", processes.MARK}}
    return {**kept, "LC_ALL": "C.UTF-8", "HOME": "/"}
