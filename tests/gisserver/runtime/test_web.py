"""The front and the application: each may be killed at any moment, and comes back by itself."""

import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import pytest
import requests

from gisserver.runtime.home import SOCKET_PATH_MAX_BYTES, Home
from gisserver.runtime.processes import alive
from gisserver.runtime.web import front_socket, remove_front_socket
from gisserver.runtime.web_command import web_command
from tests.families import children, command_of, name_of, workers_of
from tests.waiting import until

ROOT = Path(__file__).resolve().parents[3]
# Where nothing listens: whoever connects while loading fails.
NOWHERE = "postgres://nobody@127.0.0.1:1/nothing"
# Django answers it, and needs no database for it.
DOOR = "static/npm/maplibre-gl/maplibre-gl.css"
START_S = 90.0


def told(home: Path) -> dict[str, str]:
    """Return what the server is told: a home of its own, and a database that is away."""
    own = {"DATABASE_URL": NOWHERE, "GISSERVER_HOME": str(home), "WEB_WORKERS": "2"}
    return {**os.environ, **own, "DJANGO_SETTINGS_MODULE": "gisserver.settings.dev"}


@dataclass(frozen=True, slots=True)
class Server:
    """A running server: its first process, and its address."""

    pid: int
    address: str

    def get(self, path: str = DOOR) -> int:
        """Return the status of an answer; 0 when nobody answers."""
        try:
            return requests.get(f"{self.address}/{path}", timeout=30).status_code
        except requests.RequestException:
            return 0

    def master(self) -> int | None:
        """Return the process that has loaded the application, None while there is none."""
        return next((pid for pid in children(self.pid) if name_of(pid) == "master" and alive(pid)), None)

    def loading(self) -> int | None:
        """Return the process that loads the application anew, None while there is none."""
        begun = [pid for pid in children(self.pid) if "serving.workers.master" in command_of(pid)]
        return next((pid for pid in begun if name_of(pid) not in {"master", "worker", "deputy"}), None)

    def workers(self) -> set[int]:
        """Return its forks."""
        return set(workers_of(self.pid))

    def granian(self) -> int | None:
        """Return the front's main process."""
        begun = [pid for pid in children(self.pid) if "serving.front" in command_of(pid)]
        return next((pid for pid in begun if alive(pid) and os.getsid(pid) == pid), None)

    def front(self) -> int | None:
        """Return the process that clients talk to."""
        granian = self.granian()
        return next((pid for pid in children(granian) if alive(pid)), None) if granian else None


def wait_for(look: Callable[[], object], wanted: Callable[[object], bool] = bool) -> None:
    until(look, wanted, within_s=START_S)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """One server for all that is done to it here; it answers again after each test."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = web_command(sys.executable, host="127.0.0.1", port=port)
    environment = told(tmp_path_factory.mktemp("home"))
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    with subprocess.Popen(command, cwd=ROOT, env=environment, **quiet) as process:  # type: ignore[call-overload]
        made = Server(process.pid, f"http://127.0.0.1:{port}")
        wait_for(made.get, lambda status: status == 200)
        wait_for(made.workers, lambda workers: len(workers) == 2)  # type: ignore[arg-type]
        yield made
        family = [process.pid, *children(process.pid), *made.workers()]
        process.terminate()
        assert process.wait(60) == 0
    assert [pid for pid in family if alive(pid)] == []


def kill(pid: int | None) -> None:
    assert pid is not None
    os.kill(pid, signal.SIGKILL)


def test_what_a_fork_cannot_share_does_not_begin_before_it(tmp_path: Path) -> None:
    asked = (
        "import sys, threading\n"
        "from gisserver.serving.workers import master\n"
        "master.main()\n"
        "from django.db import connections\n"
        "urls = 'gisserver.urls' in sys.modules\n"
        "print(urls, threading.active_count(), connections['default'].connection)\n"
    )
    environment = told(tmp_path) | {"WEB_WORKERS": "0", "FRONT_SOCKET": str(tmp_path / "front.socket")}
    said = subprocess.run(
        [sys.executable, "-c", asked], cwd=ROOT, env=environment, capture_output=True, text=True, check=True
    )
    assert said.stdout == "True 1 None\n"


def test_who_is_told_to_end_before_anybody_has_been_forked_ends_by_himself(tmp_path: Path) -> None:
    asked = (
        "import os, signal\n"
        "from gisserver.serving.workers import master\n"
        "master.Master._appoint = lambda self: os.kill(os.getpid(), signal.SIGTERM)\n"
        "master.main()\n"
    )
    environment = told(tmp_path) | {"FRONT_SOCKET": str(tmp_path / "front.socket")}
    command = [sys.executable, "-c", asked]
    assert subprocess.run(command, cwd=ROOT, env=environment, start_new_session=True, check=False).returncode == 0


def test_health_is_answered_without_a_database_and_readiness_refused(server: Server) -> None:
    assert server.get("healthz") == 200
    answer = requests.get(f"{server.address}/readyz", timeout=30)
    assert (answer.status_code, answer.json()["code"]) == (503, "database_unavailable")


def test_a_killed_worker_is_replaced_by_the_process_that_has_loaded_everything(server: Server) -> None:
    master, before = server.master(), server.workers()
    killed = min(before)
    kill(killed)
    wait_for(lambda: server.workers() - before)
    assert server.get() == 200
    wait_for(server.workers, lambda workers: len(workers) == 2 and killed not in workers)  # type: ignore[arg-type,operator]
    assert server.master() == master


def test_the_workers_of_a_killed_process_answer_until_the_next_ones_do(server: Server) -> None:
    master, before = server.master(), server.workers()
    kill(master)
    statuses = set()

    def asked() -> bool:
        statuses.add(server.get())
        return bool(server.master() not in {None, master} and len(server.workers()) == 2)

    wait_for(asked)
    wait_for(lambda: [pid for pid in before if alive(pid)], lambda left: left == [])
    assert statuses | {server.get()} == {200}
    assert server.workers().isdisjoint(before)


def test_who_is_killed_while_everything_is_loaded_anew_is_replaced_too(server: Server) -> None:
    before = server.workers()
    kill(server.master())
    wait_for(server.loading)
    loading = server.loading()
    assert loading is not None
    os.kill(loading, signal.SIGSTOP)
    for killed in (before, server.workers() - before):
        for pid in filter(alive, killed):
            kill(pid)
    wait_for(lambda: server.get() == 200 and server.workers())
    os.kill(loading, signal.SIGCONT)
    wait_for(lambda: server.master() == loading and len(server.workers()) == 2)
    assert server.get() == 200


def test_a_reload_refuses_nobody_and_leaves_nothing_behind(server: Server) -> None:
    master, before, front = server.master(), server.workers(), server.front()
    ended = threading.Event()

    def visit() -> list[int]:
        statuses = [server.get()]
        while not ended.wait(0.02):  # leaves the processor to those that load
            statuses.append(server.get())
        return statuses

    with ThreadPoolExecutor() as pool:
        visits = [pool.submit(visit) for _ in range(2)]
        os.kill(server.pid, signal.SIGUSR1)
        try:
            wait_for(lambda: [pid for pid in (master, *before) if alive(pid)], lambda left: left == [])  # type: ignore[arg-type]
        finally:
            ended.set()
    assert {status for each in visits for status in each.result()} == {200}
    assert server.master() not in {None, master} and len(server.workers()) == 2
    assert (server.get(), server.front()) == (200, front)


def test_a_killed_front_comes_back_and_finds_the_workers_again(server: Server) -> None:
    granian, front, before = server.granian(), server.front(), server.workers()
    kill(front)
    wait_for(lambda: server.front() not in {None, front} and server.get() == 200)
    assert (server.granian(), server.workers()) == (granian, before)


def test_one_whose_main_process_is_killed_answers_until_the_next_one_does(server: Server) -> None:
    granian, front, before = server.granian(), server.front(), server.workers()
    assert front is not None
    kill(granian)
    wait_for(lambda: server.granian() not in {None, granian})
    following = server.granian()
    assert following is not None
    os.kill(following, signal.SIGSTOP)
    assert [server.get("healthz"), server.get()] == [200, 200]
    assert alive(front)
    os.kill(following, signal.SIGCONT)
    wait_for(lambda: not alive(front) and server.get() == 200)
    assert server.front() not in {None, front}
    assert server.workers() == before


def test_the_socket_lies_in_the_home_where_its_path_is_short_enough(tmp_path: Path) -> None:
    home = Home(tmp_path)
    path = front_socket(home)
    assert path.parent == tmp_path
    path.touch()
    remove_front_socket(path, home)
    assert not path.exists() and tmp_path.exists()


def test_the_socket_of_a_home_that_lies_deep_has_a_folder_of_its_own(tmp_path: Path) -> None:
    home = Home(tmp_path / ("深" * 50))
    path = front_socket(home)
    assert len(os.fsencode(path)) <= SOCKET_PATH_MAX_BYTES
    assert path.parent.stat().st_mode & 0o077 == 0
    path.touch()
    remove_front_socket(path, home)
    assert not path.parent.exists()
