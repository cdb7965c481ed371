"""The laws of what stands and is registered: former states are kept, and nothing open hangs on what has ended.

Declared beside the models; the functions that the triggers call stand in `buildings/db/`.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from django.apps import apps
from django.contrib.gis.db.models import GeometryField
from django.db import models

from gisserver.common.db.guards import Guard, columns, field_of, keeps_history, never_deleted, trigger
from gisserver.common.db.sql import read

PER_TABLE = Path(__file__).parents[1] / "db" / "per_table"


def registered(known_later: tuple[str, ...] = ()) -> tuple[Guard, ...]:
    """Return what holds for every row of a register: it is not deleted, and what it said before is kept (law 4).

    Its end is written by a transaction that sees what was hung on it meanwhile.
    """

    def isolation(model: type[models.Model]) -> str:
        return trigger(model, "isolation", "BEFORE UPDATE OF valid", "grids_demand_read_committed")

    return never_deleted(), keeps_history(), *keeps_states(known_later), isolation


def keeps_states(known_later: tuple[str, ...] = ()) -> tuple[Guard, Guard]:
    """Keep what a row said before in its model's table of states, whoever writes (law 4).

    A field that is ``known_later`` held all along: to fill it is no change.
    """
    return lambda model: _keep(model, "keep_life", "OLD.valid IS DISTINCT FROM NEW.valid"), lambda model: _keep(
        model, "keep_state", "\n        OR ".join(_differences(model, known_later))
    )


def keeps_beliefs() -> Guard:
    """Keep what a row of households said before, and while that was believed, in their table of states (law 4)."""

    def statements(model: type[models.Model]) -> str:
        states = apps.get_model("buildings", f"{model.__name__}State")
        added = {"row", "known", "superseded_by"}
        kept = [str(f.column) for f in states._meta.concrete_fields if not f.primary_key and f.name not in added]
        table = model._meta.db_table
        function = read(PER_TABLE / "keep_belief.sql").format(
            table=table, columns=", ".join(kept), former=", ".join(f"OLD.{column}" for column in kept)
        )
        return (
            f"{function}\nCREATE OR REPLACE TRIGGER {table}_keep_belief BEFORE UPDATE ON {table} FOR EACH ROW\n"
            f"    WHEN (OLD IS DISTINCT FROM NEW) EXECUTE FUNCTION {table}_keep_belief();\n"
            f"CREATE OR REPLACE TRIGGER {table}_identify BEFORE INSERT ON {table} FOR EACH ROW\n"
            f"    WHEN (NEW.identity IS NULL) EXECUTE FUNCTION {table}_identify();\n"
        )

    return statements


def _keep(model: type[models.Model], name: str, when: str) -> str:
    """Return the function ``name`` of one table, with its columns written out, and the trigger that calls it."""
    kept = [str(field.column) for field in _changing(model)]
    table = model._meta.db_table
    function = read(PER_TABLE / f"{name}.sql").format(
        table=table,
        key=f"{model._meta.model_name}_id",
        columns=", ".join(kept),
        former=", ".join(f"OLD.{column}" for column in kept),
    )
    return (
        f"{function}\nCREATE OR REPLACE TRIGGER {table}_{name} BEFORE UPDATE ON {table} FOR EACH ROW\n"
        f"    WHEN ({when})\n    EXECUTE FUNCTION {table}_{name}();\n"
    )


def _changing(model: type[models.Model]) -> "Iterator[models.Field[object, object]]":
    """Yield the fields that the table of states keeps: all but its own."""
    for field in apps.get_model("buildings", f"{model.__name__}State")._meta.concrete_fields:
        if not (field.primary_key or field.generated or field.name == "valid" or field.related_model is model):
            yield field


def _differences(model: type[models.Model], known_later: tuple[str, ...]) -> Iterator[str]:
    for field in _changing(model):
        # Byte for byte: the operator = of geometries is found by the search_path, which is empty in a restore.
        cast = "::bytea" if isinstance(field, GeometryField) else ""
        differs = f"OLD.{field.column}{cast} IS DISTINCT FROM NEW.{field.column}{cast}"
        yield f"(OLD.{field.column} IS NOT NULL AND {differs})" if field.name in known_later else differs
    yield "OLD.changed_at IS DISTINCT FROM NEW.changed_at"


@dataclass(frozen=True)
class HangsOn:
    """Refuse open rows that hang on a row that has ended: ``field`` leads to it."""

    field: str

    def __call__(self, model: type[models.Model]) -> str:
        """Return the statements for one model."""
        above, column = _above(model, self.field)
        name = f"{column}_open"
        call = f"buildings_refuse_orphans('{above._meta.db_table}', '{column}')"
        return "\n".join(
            trigger(model, f"{name}_{event[0].lower()}", f"AFTER {event}", call, seen="NEW TABLE AS new_rows")
            for event in ("INSERT", "UPDATE")
        )


def no_child_left_open() -> Guard:
    """Refuse, at the commit, the end of a row on which an open one still hangs, by the models that say `HangsOn`."""

    def statements(model: type[models.Model]) -> str:
        table = model._meta.db_table
        below = ", ".join(f"'{child}', '{column}'" for child, column in _below(model))
        return f"""DROP TRIGGER IF EXISTS {table}_left_open ON {table};
CREATE CONSTRAINT TRIGGER {table}_left_open AFTER UPDATE ON {table} DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW WHEN (upper_inf(OLD.valid) AND NOT upper_inf(NEW.valid))
    EXECUTE FUNCTION buildings_refuse_left_open({below});
"""

    return statements


def reissued_to(field: str) -> Guard:
    """Let only the target that had a code, to which ``field`` leads, have it again (law 5)."""

    def statements(model: type[models.Model]) -> str:
        return trigger(
            *(model, "reissued", "BEFORE INSERT", f"buildings_refuse_reissue('{columns(model, [field])}')"),
            each="ROW WHEN (NEW.reissued)",
        )

    return statements


def _above(model: type[models.Model], field: str) -> tuple[type[models.Model], str]:
    found = field_of(model, field)
    return found.remote_field.model, str(found.column)


def _below(model: type[models.Model]) -> Iterator[tuple[str, str]]:
    """Yield table and column of what hangs on ``model``."""
    for child in apps.get_app_config("buildings").get_models():
        for guard in getattr(child, "guards", ()):
            if isinstance(guard, HangsOn) and _above(child, guard.field)[0] is model:
                yield child._meta.db_table, _above(child, guard.field)[1]
