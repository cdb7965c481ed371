import pytest

from gisserver.runtime import packages
from gisserver.runtime.packages import Need, how_to_install, install, needs_of_server
from gisserver.runtime.say import Problem

POSTGIS = Need("PostgreSQL with PostGIS", ("postgresql-15", "postgresql-15-postgis-3"))


@pytest.fixture
def nothing_installed(monkeypatch, tmp_path):
    """A search path on which there is no program at all."""
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("PG_BINDIR", str(tmp_path))


def test_without_postgis_it_is_named_among_the_needs(nothing_installed):
    (need,) = needs_of_server(with_database=True, environment_exists=True)
    assert "PostGIS" in need.reason


def test_with_a_database_elsewhere_no_postgis_is_needed(nothing_installed):
    assert needs_of_server(with_database=False, environment_exists=True) == []


def test_the_packages_of_postgis_carry_one_version(nothing_installed):
    (need,) = needs_of_server(with_database=True, environment_exists=True)
    server, postgis = need.packages
    assert postgis == f"{server}-postgis-3"


def test_who_may_not_install_gets_one_command_for_everything():
    message = how_to_install([Need("venv", ("python3-venv",)), POSTGIS])
    assert "sudo apt-get install -y python3-venv postgresql-15 postgresql-15-postgis-3\n" in message


def test_without_root_and_sudo_the_command_is_the_whole_answer(nothing_installed, monkeypatch, tmp_path, capsys):
    monkeypatch.setattr(packages.os, "geteuid", lambda: 1000)
    with pytest.raises(Problem, match="sudo apt-get install -y postgresql-15 postgresql-15-postgis-3"):
        install([POSTGIS], log=tmp_path / "log")
    assert capsys.readouterr().out == ""


def test_nothing_missing_says_and_does_nothing(tmp_path, capsys):
    install([], log=tmp_path / "log")
    assert capsys.readouterr().out == ""
