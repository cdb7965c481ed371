"""A role is one line: permissions, the page's table and the database's constraint follow from it."""

import os
import runpy
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.migrations import Migration
from django.db.migrations.loader import MigrationLoader

from gisserver.common.access.models import Grant
from tests import factories

ROOT = Path(__file__).resolve().parents[4]
APPS = ("gisserver", "grids", "buildings", "incidents", "layers", "tiles")
LINE = '    INSPECTOR = "inspector", Sentence("inspector"), P.READ, P.EXPORT\n'


def run(tree: Path, *words: str) -> str:
    """Return what Python says in ``tree``."""
    environ = {**os.environ, "DJANGO_SETTINGS_MODULE": "gisserver.settings.test", "PYTHONPATH": str(tree)}
    done = subprocess.run([sys.executable, *words], cwd=tree, env=environ, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the code with one line more in the table of roles."""
    tree = tmp_path_factory.mktemp("tree")
    for app in (*APPS, "docs"):
        shutil.copytree(ROOT / app, tree / app, ignore=shutil.ignore_patterns("__pycache__", "static", "img"))
    shutil.copy(ROOT / "manage.py", tree)
    with (tree / "gisserver/common/access/roles.py").open("a") as table:
        table.write(LINE)
    return tree


@pytest.fixture(scope="module")
def migration(tree: Path) -> Migration:
    """The migration that `makemigrations` writes for the line."""
    known = set(tree.glob("gisserver/common/access/migrations/*.py"))
    run(tree, "manage.py", "makemigrations")
    [written] = set(tree.glob("gisserver/common/access/migrations/*.py")) - known
    found: Migration = runpy.run_path(str(written))["Migration"](written.stem, "access")
    return found


@pytest.mark.django_db
def test_a_grant_of_it_is_refused_before_and_kept_after_the_migration(migration: Migration) -> None:
    wang = factories.user("wang")
    with pytest.raises(IntegrityError, match="access_grant_known_role"), transaction.atomic():
        Grant.objects.create(user=wang, role="inspector")

    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    with connection.schema_editor(atomic=False) as editor:
        migration.apply(MigrationLoader(connection).project_state(), editor)

    assert Grant.objects.create(user=wang, role="inspector").pk


def test_a_scope_knows_what_it_permits(tree: Path) -> None:
    said = run(
        tree,
        "-c",
        "from gisserver.common.access.scope import Permission, Role, Scope\n"
        "scope = Scope(frozenset({(Role('inspector'), 7)}))\n"
        "print(*(permission for permission in Permission if scope.areas(permission) == {7}))",
    )

    assert said.split() == ["read", "export"]


def test_the_page_lists_it(tree: Path) -> None:
    run(tree, "docs/list_roles.py")

    assert "| `inspector` | inspector, inspector | `read`, `export` |\n" in (tree / "docs/accounts.md").read_text()
