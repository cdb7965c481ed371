"""A role is one line: permissions, the page's table and the database's constraint follow from it."""

import runpy
from pathlib import Path

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.migrations import Migration
from django.db.migrations.loader import MigrationLoader

from gisserver.common.access.models import Grant
from tests import factories
from tests.copied_tree import copy_to, run

LINE = '    INSPECTOR = "inspector", Sentence("inspector"), P.READ, P.EXPORT\n'


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the code with one line more in the table of roles."""
    tree = copy_to(tmp_path_factory.mktemp("tree"))
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
    output = run(
        tree,
        "-c",
        "from gisserver.common.access.scope import Permission, Role, Scope\n"
        "scope = Scope(frozenset({(Role('inspector'), 7)}))\n"
        "print(*(permission for permission in Permission if scope.areas(permission) == {7}))",
    )

    assert output.split() == ["read", "export"]


def test_the_page_lists_it(tree: Path) -> None:
    run(tree, "docs/list_roles.py")

    assert "| `inspector` | inspector, inspector | `read`, `export` |\n" in (tree / "docs/accounts.md").read_text()
