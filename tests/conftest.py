"""Fixtures that every test may use."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from django.conf import settings
from django.core.signals import request_finished, request_started
from django.db import close_old_connections, connection
from hypothesis import settings as hypothesis_settings

from tests import databases

# The same examples on every machine, loaded or not: a test that fails by chance says nothing about the change.
hypothesis_settings.load_profile("ci")

SHARED_DATA = Path(__file__).resolve().parents[2] / "shared" / "data"
# While one worker makes the demo for the pages, the others set cities up.
LONGEST_FIRST = ("docs", "cities", "fixtures", "e2e")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the folders of long files first: `make test` gives a file to whichever worker is free, in this order."""

    def place(item: pytest.Item) -> int:
        folder = item.path.relative_to(Path(__file__).parent).parts[0]
        return LONGEST_FIRST.index(folder) if folder in LONGEST_FIRST else len(LONGEST_FIRST)

    items.sort(key=place)


def pytest_unconfigure(config: pytest.Config) -> None:
    """Drop what was made for the whole run, when the process that runs it ends."""
    if not hasattr(config, "workerinput"):
        databases.drop_originals()


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings: None) -> None:
    """Let the test database be a copy: it is migrated once a run, not once a worker."""
    connection.settings_dict["TEST"]["TEMPLATE"] = databases.migrated(settings.SURVEY_SRID)


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real data beside the checkout; it is not part of the repository."""
    if not SHARED_DATA.is_dir():
        pytest.skip("the real data set lies beside the repository, and is absent here")
    return SHARED_DATA


@pytest.fixture(scope="session", autouse=True)
def _a_flush_only_deletes_rows() -> Iterator[None]:
    """Let the flush after a transactional test delete what rows there are, past the laws that refuse it (law 4).

    Django's way makes the files of all tables and indexes anew, and does the work that follows a migration. Here
    content types are made again: a row that a test makes is rolled back with it, and stays in Django's memory.
    """
    from django.apps import apps
    from django.contrib.contenttypes.management import create_contenttypes
    from django.contrib.contenttypes.models import ContentType

    def delete_rows(_style: object, tables: Sequence[str], **_: object) -> list[str]:
        deletions = [f"DELETE FROM {connection.ops.quote_name(table)}" for table in tables]
        # No trigger runs, those that watch references neither.
        return ["; ".join(["SET LOCAL session_replication_role = replica", *deletions])]

    def make_content_types(*_: object, **__: object) -> None:
        ContentType.objects.clear_cache()
        for app in apps.get_app_configs():
            create_contenttypes(app, verbosity=0)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(connection.ops, "sql_flush", delete_rows)
        patch.setattr("django.core.management.commands.flush.emit_post_migrate_signal", make_content_types)
        yield


@pytest.fixture
def laws(db: None) -> None:
    """The database with its laws in force; a test before may have lifted them."""
    _set_maintenance("off")


def _set_maintenance(value: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('gisserver.maintenance', %s, false)", [value])


@pytest.fixture
def keeps_connection() -> Iterator[None]:
    """As Django's own client does: a request closes connections, and with it the test's transaction."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)
