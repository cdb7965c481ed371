"""What the database's functions, triggers and views are stands in one place each: an app's `db/*.sql`, or a model."""

import re
from collections import Counter

import pytest
from django.apps import apps
from django.db import connection

from gisserver.checks import laws_are_carried
from gisserver.common.db import law_files
from gisserver.common.db.law_files import CarryLaws, laws_not_carried, laws_of

APPS = [app for app in apps.get_app_configs() if laws_of(app)]
MADE = re.compile(
    r"^CREATE (?:OR REPLACE )?(?:(FUNCTION|VIEW) (\w+)|(?:CONSTRAINT )?(TRIGGER) (\w+)\b[^;]*? ON (\w+))", re.MULTILINE
)
# Made for every published table by tiles/watching.py, and held to it by tests/tiles/test_watching.py.
WATCHERS = r"^tiles_(changed_|[0-9a-f]{12}_)"
DEFINITIONS = f"""
    SELECT 'function ' || p.proname, pg_get_functiondef(p.oid) FROM pg_proc p
    WHERE p.pronamespace = 'public'::regnamespace AND p.proname !~ '^procrastinate' AND p.proname !~ '{WATCHERS}'
      AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e')
    UNION ALL
    SELECT format('trigger %s on %s', t.tgname, c.relname), pg_get_triggerdef(t.oid)
    FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
    WHERE NOT t.tgisinternal AND t.tgparentid = 0 AND t.tgname !~ '{WATCHERS}' AND c.relname !~ '^procrastinate'
      AND c.relname !~ '_[0-9]{{4}}m[0-9]{{2}}$' -- months.sql makes these with their month
    UNION ALL
    SELECT 'view ' || v.viewname, v.definition FROM pg_views v
    WHERE v.schemaname = 'public' AND split_part(v.viewname, '_', 1) = ANY (ARRAY['buildings', 'grids', 'incidents'])
    UNION ALL
    SELECT 'constraint ' || conname, pg_get_constraintdef(oid) FROM pg_constraint
    WHERE connamespace = 'public'::regnamespace AND conrelid <> 0 AND conparentid = 0
    ORDER BY 1
"""  # noqa: S608


def definitions() -> dict[str, str]:
    with connection.cursor() as cursor:
        cursor.execute(DEFINITIONS, None)
        return dict(cursor.fetchall())


def made_by(statements: str) -> list[str]:
    """Return what the statements of a law make, by the names that `definitions` gives."""
    found = MADE.findall(statements)
    return [f"{kind.lower()} {name}" if kind else f"trigger {of} on {table}" for kind, name, _, of, table in found]


@pytest.mark.django_db
def test_every_function_trigger_and_view_belongs_to_one_law():
    made = Counter(name for app in APPS for law in laws_of(app).values() for name in made_by(law))
    assert made == Counter(name for name in definitions() if not name.startswith("constraint "))


@pytest.mark.django_db
def test_the_database_has_the_definitions_that_the_laws_make():
    before = definitions()
    for app in APPS:
        law_files.run(connection, app)
    assert definitions() == before


def test_migrations_carry_todays_laws():
    """After a change of a law: a new migration with the digest that is named here."""
    assert laws_not_carried() == {}


def test_a_law_that_has_changed_has_to_be_carried(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(law_files, "laws_of", lambda app: {"new": "SELECT 1"} if app.label == "grids" else {})
    [error] = laws_are_carried(None)
    assert error.msg == "A law of grids has changed since the newest migration that carries its laws."
    assert re.fullmatch(r'Add a migration to grids with the operation CarryLaws\("[0-9a-f]{16}"\).', str(error.hint))


def test_a_migration_leaves_the_laws_alone_when_a_later_one_carries_them():
    CarryLaws("0" * 16).database_forwards("grids", None, None, None)
