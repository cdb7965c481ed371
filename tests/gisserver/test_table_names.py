"""SQL keeps the order of the apps as imports do: no app names a table or function of one above it or beside it."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.apps import apps

from gisserver.common.db.law_files import laws_of

ROOT = Path(__file__).resolve().parents[2]
COMMON = frozenset({"common", "access", "jobs", "auth", "sessions", "gis"})
# What an app may name: its own, and what belongs to the apps that it may import.
MAY_NAME = {
    "gisserver": COMMON,
    "layers": COMMON | {"layers"},
    "rasters": COMMON - {"auth", "sessions", "access"} | {"layers", "rasters"},
    "tiles": COMMON - {"auth", "sessions", "access"} | {"layers", "tiles"},
    "grids": COMMON | {"layers", "rasters", "grids"},
    "buildings": COMMON | {"layers", "rasters", "grids", "buildings"},
    "incidents": COMMON | {"layers", "rasters", "grids", "buildings", "incidents"},
}
# In Python a name counts where a statement uses it: behind a keyword, or called.
USED = r'(?:\b(?:FROM|JOIN|INTO|UPDATE|TABLE)\s+"?{0}\b|\b{0}\()'


def owners() -> dict[str, str]:
    """Return by the name of each table and function the label of its app."""
    tables = {model._meta.db_table: model._meta.app_label for model in apps.get_models(include_auto_created=True)}
    made = re.compile(r"^CREATE OR REPLACE (?:FUNCTION|VIEW) (\w+)", re.MULTILINE)
    return tables | {
        name: app.label for app in apps.get_app_configs() for law in laws_of(app).values() for name in made.findall(law)
    }


def statements(app: str) -> Iterator[tuple[str, str]]:
    """Yield the SQL of an app's files and the strings of its modules, with the file's name."""
    for path in sorted((ROOT / app).rglob("*")):
        if "migrations" in path.parts or "per_table" in path.parts:
            continue
        if path.suffix == ".sql":
            yield str(path.relative_to(ROOT)), re.sub(r"--.*", "", path.read_text(encoding="utf-8"))
        elif path.suffix == ".py":
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Constant) and isinstance(node.value, str):
                    yield str(path.relative_to(ROOT)), node.value


def strangers(app: str) -> list[str]:
    """Return what the SQL of ``app`` names and may not."""
    foreign = [name for name, owner in owners().items() if owner not in MAY_NAME[app]]
    named = re.compile(USED.format(f"({'|'.join(map(re.escape, foreign))})"), re.IGNORECASE)
    return [
        f"{where}: {match.group(1) or match.group(2)}"
        for where, text in statements(app)
        for match in named.finditer(text)
    ]


@pytest.mark.parametrize("app", MAY_NAME)
def test_an_app_names_no_table_of_an_app_above_it(app: str):
    assert strangers(app) == []


def test_a_name_in_a_statement_is_seen(monkeypatch: pytest.MonkeyPatch):
    planted = [("tiles/planted.sql", 'SELECT 1 FROM "auth_user"'), ("tiles/planted.py", "SELECT grids_grid_of(%s)")]
    monkeypatch.setitem(globals(), "statements", lambda app: planted)
    assert strangers("tiles") == ["tiles/planted.sql: auth_user", "tiles/planted.py: grids_grid_of"]
