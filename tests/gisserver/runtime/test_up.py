import socket
from pathlib import Path

import pytest

from gisserver.runtime.say import Problem
from gisserver.runtime.up import Site, check_port, environment_of, programs_for, site_from_environment


@pytest.fixture
def taken_port():
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


def test_a_port_in_use_is_refused_with_the_way_out(taken_port, monkeypatch):
    monkeypatch.setattr("gisserver.runtime.up.PORT_FREE_S", 0.1)
    with pytest.raises(Problem, match=rf"{taken_port} .* in use .* PORT={taken_port + 1} make run"):
        check_port("127.0.0.1", taken_port)


def test_a_free_port_is_accepted(taken_port):
    check_port("127.0.0.2", taken_port)


@pytest.mark.parametrize("value", ["http", "0", "65536", "-1", "80.0"])
def test_a_port_that_is_none_is_refused(monkeypatch, value):
    monkeypatch.setenv("PORT", value)
    with pytest.raises(Problem, match="PORT must be a number"):
        site_from_environment(Path("/tree"), Path("/python"))


def test_without_settings_it_serves_on_loopback_port_8000(monkeypatch):
    monkeypatch.delenv("PORT", raising=False)
    monkeypatch.delenv("HOST", raising=False)
    assert site_from_environment(Path("/tree"), Path("/python")).address == "http://127.0.0.1:8000/"


def test_every_process_of_the_server_counts_in_the_home(home, monkeypatch):
    for name in ("GISSERVER_RUN", "GISSERVER_HOME", "PROMETHEUS_MULTIPROC_DIR"):
        monkeypatch.setenv(name, "")  # put back afterwards
    site = Site(tree=Path("/tree"), python=Path("/python"), home=home, host="127.0.0.1", port=8000)
    assert environment_of(site)["PROMETHEUS_MULTIPROC_DIR"] == str(home.figures)


def test_a_cluster_of_a_version_that_has_gone_names_the_packages_to_bring_back(tmp_path):
    (tmp_path / "PG_VERSION").write_text("9\n")
    with pytest.raises(Problem, match="postgresql-9-postgis-3"):
        programs_for(tmp_path)
