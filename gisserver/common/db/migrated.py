"""Whether a database is what today's models say."""

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.executor import MigrationExecutor


def migrations_wait(connection: BaseDatabaseWrapper) -> bool:
    """Whether some migration has not been applied to the database yet."""
    executor = MigrationExecutor(connection)
    return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))
