from pathlib import Path

import pytest

from gisserver.runtime import prepared


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    (tmp_path / "requirements").mkdir()
    (tmp_path / "requirements" / "base.txt").write_text("django==5.2\n")
    (tmp_path / "grids" / "migrations" / "sql").mkdir(parents=True)
    (tmp_path / "grids" / "migrations" / "sql" / "0002_laws.sql").write_text("SELECT 1")
    return tmp_path


def test_a_new_home_has_nothing_prepared(home, tree):
    assert not prepared.is_noted(home, prepared.state_of(tree, {}))


def test_what_was_noted_is_known_at_the_next_start(home, tree):
    prepared.note(home, prepared.state_of(tree, {}))
    assert prepared.is_noted(home, prepared.state_of(tree, {}))


def test_a_changed_migration_is_prepared_anew(home, tree):
    prepared.note(home, prepared.state_of(tree, {}))
    (tree / "grids" / "migrations" / "sql" / "0002_laws.sql").write_text("SELECT 2")
    assert not prepared.is_noted(home, prepared.state_of(tree, {}))


@pytest.mark.parametrize("name", ["SURVEY_SRID", "DATABASE_URL", "DEMO"])
def test_a_changed_setting_is_prepared_anew(home, tree, name):
    prepared.note(home, prepared.state_of(tree, {}))
    assert not prepared.is_noted(home, prepared.state_of(tree, {name: "other"}))
