import os
import signal
from pathlib import Path

import psycopg
import pytest

from gisserver.runtime import processes
from gisserver.runtime.say import Problem


def ask(private, query: str) -> object:
    parameters = {"host": str(private.sockets), "port": 5432, "user": "gisserver", "dbname": "postgres"}
    with psycopg.connect(**parameters) as connection:
        return connection.execute(query).fetchone()[0]


def test_it_serves_on_its_socket_and_on_no_port(running):
    assert ask(running, "SHOW listen_addresses") == ""


def test_it_never_runs_as_root(running):
    (postmaster,) = (running.cluster.data / "postmaster.pid").read_text().split()[:1]
    assert Path(f"/proc/{postmaster}").stat().st_uid != 0


def test_its_text_is_unicode_and_its_letters_are_chinese_too(running):
    assert ask(running, "SELECT '坪山' ~ '^[[:alpha:]]+$'") is True


def test_jit_is_off(running):
    assert ask(running, "SHOW jit") == "off"


def test_another_account_is_not_let_in(running):
    parameters = {"host": str(running.sockets), "port": 5432, "user": "stranger", "dbname": "postgres"}
    with pytest.raises(psycopg.OperationalError, match="stranger"):
        psycopg.connect(**parameters)


def test_after_kill_9_the_next_start_just_works(private):
    server = private.start()
    server.send_signal(signal.SIGKILL)
    server.wait()
    again = private.start()
    assert ask(private, "SELECT 1") == 1
    again.send_signal(signal.SIGQUIT)
    again.wait()


def test_a_server_left_over_from_an_earlier_run_is_ended_by_the_next_start(private):
    orphan = private.start()
    again = private.start()
    assert orphan.wait(5) == 0
    again.send_signal(signal.SIGQUIT)
    again.wait()


def test_a_stale_pid_file_that_names_a_living_process_is_no_obstacle(private):
    (private.cluster.data / "postmaster.pid").write_text(f"{os.getpid()}\n{private.cluster.data}\n")
    server = private.start()
    assert ask(private, "SELECT 1") == 1
    server.send_signal(signal.SIGQUIT)
    server.wait()


def test_a_server_that_cannot_start_says_why_in_its_own_words(private):
    with pytest.raises(Problem, match="no_such_parameter"):
        private.cluster.start(sockets=private.sockets, parameters={"no_such_parameter": "1"})


def test_ending_leaves_no_process_behind(private):
    server = private.start()
    private.cluster.end_leftovers()
    server.wait(5)
    assert processes.working_in(private.cluster.data) == []
