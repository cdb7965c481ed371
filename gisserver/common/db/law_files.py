"""The laws of each app as they stand today: its `db/*.sql`, and the guards declared beside its models.

Both are statements that may be run again. A migration carries them to the database: `CarryLaws`.
"""

import hashlib
from pathlib import Path

from django.apps import AppConfig, apps
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState


def laws_of(app: AppConfig) -> dict[str, str]:
    """Return the statements of an app's laws by where they are read, in the order in which they are run."""
    files = {file.stem: file.read_text(encoding="utf-8") for file in sorted(Path(app.path, "db").glob("*.sql"))}
    guards = {
        model.__name__: "\n".join(guard(model) for guard in model.guards)
        for model in app.get_models()
        if hasattr(model, "guards")
    }
    return files | guards


def digest_of(app: AppConfig) -> str:
    """Return the first digits of a digest of the text of an app's laws."""
    return hashlib.sha256("\n".join(laws_of(app).values()).encode()).hexdigest()[:16]


class CarryLaws(Operation):
    """Make the database's functions and triggers of the migration's app what its laws say, if those are of ``digest``.

    A text that has changed since is carried by a later migration: then this one does nothing, for today's text may
    name columns that do not exist yet. Taken back, it leaves the definitions as they are.
    """

    reversible = True

    def __init__(self, digest: str) -> None:
        self.digest = digest

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        """Change no model."""

    def database_forwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        """Run the statements as they are: a ``%`` in them is no placeholder."""
        app = apps.get_app_config(app_label)
        if digest_of(app) == self.digest:
            run(schema_editor.connection, app)

    def database_backwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        """Leave the definitions: earlier migrations take back what they made."""

    def describe(self) -> str:
        """Say what `migrate` is doing."""
        return "Carry today's laws to the database"


def laws_not_carried() -> dict[str, str]:
    """Return the digest of today's laws by app, for the apps whose newest `CarryLaws` is of other laws."""
    carried: dict[str, str] = {}
    for (label, _), migration in sorted(MigrationLoader(None).disk_migrations.items()):
        for operation in migration.operations:
            if isinstance(operation, CarryLaws):
                carried[label] = operation.digest
    today = {app.label: digest_of(app) for app in apps.get_app_configs() if laws_of(app)}
    return {label: digest for label, digest in today.items() if carried.get(label) != digest}


def run(connection: BaseDatabaseWrapper, app: AppConfig) -> None:
    """Run the laws of ``app``, after the checks that wait for the commit: DROP TRIGGER refuses while one waits."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for statements in laws_of(app).values():
            cursor.execute(statements, None)
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
