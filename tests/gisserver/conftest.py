"""A cluster of its own, made once, for tests in which a database is killed."""

import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from gisserver.runtime import cluster as clusters
from gisserver.runtime.account import database_account
from gisserver.runtime.home import Home, make_socket_directory, remove_socket_directory
from gisserver.runtime.tuning import settings, throw_away
from gisserver.runtime.up import programs_for


class Private:
    """A cluster with the means to start it."""

    def __init__(self, root: Path) -> None:
        self.home = Home(root)
        self.home.create()
        account = database_account(self.home.data)
        log = self.home.log / "postgres.log"
        programs = programs_for(self.home.data)
        self.cluster = clusters.Cluster(data=self.home.data, programs=programs, account=account, log=log)
        self.cluster.create(durable=False)
        self.sockets = make_socket_directory(self.home, uid=account.uid, gid=account.gid)
        self.parameters = throw_away(settings(sockets=self.sockets, memory_bytes=4 << 30, processors=2))

    def start(self) -> subprocess.Popen[bytes]:
        return self.cluster.start(sockets=self.sockets, parameters=self.parameters)

    def close(self) -> None:
        self.cluster.end_leftovers()
        remove_socket_directory(self.home)


@pytest.fixture(scope="session")
def private(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Private]:
    made = Private(tmp_path_factory.mktemp("深 " * 30) / "var")
    yield made
    made.close()


@pytest.fixture
def running(private: Private) -> Iterator[Private]:
    """The cluster, started; stopped afterwards, however the test left it."""
    server = private.start()
    yield private
    server.send_signal(signal.SIGQUIT)
    server.wait()
