"""Guards: the simple laws of a table, declared beside its model as ``guards = (never_deleted(), …)``.

A guard turns into statements that may be run again; `law_files` collects them, with each app's `db/*.sql`.
"""

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from django.db import models

from gisserver.common.db.sql import read

PER_TABLE = Path(__file__).parent / "per_table"
Guard = Callable[[type[models.Model]], str]


def never_deleted() -> Guard:
    """Refuse DELETE and TRUNCATE to any writer (law 4)."""
    return lambda model: trigger(model, "never_deleted", "BEFORE DELETE OR TRUNCATE", "gis_refuse_delete")


def never_changed() -> Guard:
    """Refuse any UPDATE: the rows are records (law 4)."""
    return lambda model: trigger(model, "never_changed", "BEFORE UPDATE", "gis_refuse_rewrite")


def never_rewritten(*fields: str) -> Guard:
    """Refuse an UPDATE of ``fields`` (law 4)."""
    return lambda model: trigger(
        model, "never_rewritten", f"BEFORE UPDATE OF {columns(model, fields)}", "gis_refuse_rewrite"
    )


def only_ends(rule: str = "gis_only_end") -> Guard:
    """Refuse any change of ``valid`` but the ends that the function ``rule`` lets pass (law 4)."""
    return lambda model: trigger(model, "only_end", "BEFORE UPDATE OF valid", rule, each="ROW")


def announced(kind: str, column: str = "id", *, on: tuple[str, ...] = ("INSERT", "UPDATE")) -> Guard:
    """Tell the feed (`common_change`) of every row that a statement touches; ``column`` holds the thing's id."""

    def statements(model: type[models.Model]) -> str:
        table = model._meta.db_table
        function = read(PER_TABLE / "announce.sql").format(table=table, kind=kind, column=column)
        seen = "NEW TABLE AS touched"
        triggers = (
            trigger(model, f"announce_{event.lower()}", f"AFTER {event}", f"{table}_announce", seen=seen)
            for event in on
        )
        return "\n".join((function, *triggers))

    return statements


def keeps_history() -> Guard:
    """Keep what an UPDATE overwrites in `common_rowhistory` (law 4)."""
    return lambda model: trigger(model, "keeps_history", "AFTER UPDATE", "gis_keep_history", each="ROW")


def refers_together(name: str, fields: tuple[str, ...], to: tuple[str, ...], *, deferred: bool = True) -> Guard:
    """Demand that ``fields`` together name a row by its columns ``to`` in the table that the first points to.

    Django's foreign keys hold one column each. It is added once: to add it again would read the whole table.
    """

    def statements(model: type[models.Model]) -> str:
        table, target = model._meta.db_table, field_of(model, fields[0]).remote_field.model._meta.db_table
        return f"""DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_constraint WHERE conrelid = '{table}'::regclass AND conname = '{table}_{name}') THEN
        ALTER TABLE {table} ADD CONSTRAINT {table}_{name} FOREIGN KEY ({columns(model, fields)})
            REFERENCES {target} ({", ".join(to)}){" DEFERRABLE INITIALLY DEFERRED" if deferred else ""};
    END IF;
END $$;
"""

    return statements


def refers_for_ever(name: str, fields: tuple[str, ...], to: tuple[str, ...]) -> Guard:
    """Demand what `refers_together` does, of rows that are written once, in a table whose rows and keys stay for ever.

    A foreign key asks for each row by itself, and of a partitioned table opens every partition each time: 70 of 200 µs
    of an incident. This asks once a statement, when it ends.
    """

    def statements(model: type[models.Model]) -> str:
        table, target = model._meta.db_table, field_of(model, fields[0]).remote_field.model._meta.db_table
        named = [field_of(model, field).column for field in fields]
        function = read(PER_TABLE / "refers.sql").format(
            table=table,
            name=name,
            target=target,
            to=", ".join(to),
            columns=", ".join(f"written.{column}" for column in named),
            same=" AND ".join(f"target.{other} = written.{column}" for column, other in zip(named, to, strict=True)),
        )
        made = trigger(model, name, "AFTER INSERT", f"{table}_{name}", seen="NEW TABLE AS written")
        return function + made

    return statements


def trigger(
    model: type[models.Model], name: str, event: str, function: str, *, each: str = "STATEMENT", seen: str = ""
) -> str:
    """Return the statement that makes, or makes anew, the trigger TABLE_``name``; ``seen`` names transition tables."""
    table = model._meta.db_table
    call = function if "(" in function else f"{function}()"
    referencing = f"REFERENCING {seen} " if seen else ""
    return (
        f"CREATE OR REPLACE TRIGGER {table}_{name} {event} ON {table}\n"
        f"    {referencing}FOR EACH {each} EXECUTE FUNCTION {call};\n"
    )


def columns(model: type[models.Model], fields: Iterable[str]) -> str:
    """Return the columns of ``fields`` as SQL lists them."""
    return ", ".join(str(field_of(model, name).column) for name in fields)


def field_of(model: type[models.Model], name: str) -> Any:
    """Return the field of ``model`` called ``name``."""
    return model._meta.get_field(name)
