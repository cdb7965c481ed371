from pathlib import Path

from gisserver.runtime.postgres import Installation, installations, suitable


def installed(version: int, *, has_postgis: bool = True) -> Installation:
    return Installation(programs=Path(f"/somewhere/{version}/bin"), version=version, has_postgis=has_postgis)


def test_an_empty_directory_holds_no_postgresql(tmp_path):
    assert installations([tmp_path]) == []


def test_this_machine_has_a_postgresql_with_postgis():
    assert suitable(installations()) is not None


def test_the_newest_with_postgis_is_taken():
    found = [installed(18, has_postgis=False), installed(17), installed(16)]
    assert suitable(found) == installed(17)


def test_a_server_older_than_15_does_not_do():
    assert suitable([installed(14)]) is None


def test_an_existing_cluster_needs_its_own_version():
    assert suitable([installed(17), installed(16)], version=16) == installed(16)
