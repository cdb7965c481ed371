import os
from pathlib import Path

import pytest

from gisserver.runtime.home import (
    SOCKET_NAME,
    Home,
    embedded_url,
    home_from_environment,
    make_socket_directory,
    remove_socket_directory,
    take_lock,
)
from gisserver.runtime.say import Problem
from gisserver.settings.database import database_from_url


def test_the_home_is_var_in_the_tree_unless_told_otherwise(monkeypatch, tmp_path):
    monkeypatch.delenv("GISSERVER_HOME", raising=False)
    assert home_from_environment(tmp_path).root == tmp_path / "var"


def test_gisserver_home_names_the_home(monkeypatch, tmp_path):
    monkeypatch.setenv("GISSERVER_HOME", str(tmp_path / "别处"))
    assert home_from_environment(Path("/unused")).root == tmp_path / "别处"


def test_nobody_else_may_look_into_the_home(home):
    assert home.root.stat().st_mode & 0o077 == 0


def test_counting_begins_without_the_figures_of_an_earlier_run(home):
    home.begin_counting()
    (home.figures / "counter_1.db").touch()
    home.begin_counting()
    assert list(home.figures.iterdir()) == []


def test_a_home_that_cannot_be_made_is_a_plain_problem(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(Problem, match="GISSERVER_HOME="):
        Home(tmp_path / "file" / "var").create()


def test_the_settings_understand_the_url_of_the_embedded_database(tmp_path):
    entry = database_from_url(embedded_url(tmp_path / "a b 深"), home=tmp_path)
    assert (entry["HOST"], entry["PORT"], entry["NAME"]) == (str(tmp_path / "a b 深"), "5432", "gisserver")


def test_the_socket_of_a_deep_home_still_fits_into_107_bytes(tmp_path):
    home = Home(tmp_path / ("深" * 60) / ("层" * 60))
    home.create()
    sockets = make_socket_directory(home, uid=os.geteuid(), gid=os.getegid())
    assert len(os.fsencode(sockets / SOCKET_NAME)) <= 107
    remove_socket_directory(home)


def test_the_socket_directory_is_private(home):
    sockets = make_socket_directory(home, uid=os.geteuid(), gid=os.getegid())
    assert sockets.stat().st_mode & 0o777 == 0o700
    remove_socket_directory(home)


def test_the_socket_directory_of_a_killed_run_is_removed(home):
    first = make_socket_directory(home, uid=os.geteuid(), gid=os.getegid())
    make_socket_directory(home, uid=os.geteuid(), gid=os.getegid())
    assert not first.exists()
    remove_socket_directory(home)


def test_a_note_that_names_something_else_removes_nothing(home, tmp_path):
    (tmp_path / "precious").mkdir()
    home.socket_note.write_text(str(tmp_path / "precious"))
    remove_socket_directory(home)
    assert (tmp_path / "precious").exists()


def test_a_second_server_on_the_same_home_is_told_who_has_it(home):
    with (
        take_lock(home, address="http://127.0.0.1:8000/"),
        pytest.raises(Problem, match=rf"process {os.getpid()}, http://127.0.0.1:8000/"),
    ):
        take_lock(home, address="http://127.0.0.1:8001/")


def test_a_home_is_free_again_when_its_holder_has_gone(home):
    take_lock(home, address="http://127.0.0.1:8000/").close()
    take_lock(home, address="http://127.0.0.1:8000/").close()
