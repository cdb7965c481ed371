"""The taxonomy of incidents from a file: types with their names and the type that each is below.

`import_types` adds to it; `incidents/importers/taxonomy_version.py` puts a new version of a stream's tree in place.
"""

from collections.abc import Collection, Mapping
from datetime import datetime

from django.db import transaction

from gisserver.common.dates import recordable
from gisserver.common.db.advisory_locks import take_turn
from gisserver.common.db.validity import since
from gisserver.common.imports.command import Outcome, Rejects
from gisserver.common.reading import Field, Table
from incidents.models import IncidentType

FIELDS = (
    Field("code", ("type_code", "代码", "事件类型代码"), required=True),
    Field("name", ("type_name", "名称", "事件类型"), required=True),
    Field("name_en", ("english",)),
    Field("parent", ("parent_code", "上级代码")),
    Field("replaces", ("former", "former_code", "原代码")),
)


@transaction.atomic
def import_types(
    *,
    table: Table,
    columns: Mapping[str, str],
    source: str,
    effective_at: datetime | None = None,
    partial: bool = False,
    stream: str = "",
) -> Outcome:
    """Make the types that are new, each below its parent, which the file or the taxonomy has.

    A known type is left as it is; a row that says it otherwise is rejected, for incidents bear its name already. Raises
    Invalid or RowsRejected.
    """
    turn = take_turn("incident_types", "")
    moment = recordable(effective_at) if effective_at else turn
    known = {kind.code: kind for kind in IncidentType.objects.at(moment).select_related("parent")}
    rows = read_rows(table, columns)
    rejects = Rejects(table)
    before: set[str] = set()
    for index, row in enumerate(rows):
        if fault := fault_of(row, before=before) or _known_otherwise(row, known.get(row["code"])):
            rejects.add(index, *fault)
        before.add(row["code"])
    new = {index: row for index, row in enumerate(rows) if index not in rejects and row["code"] not in known}
    order = parents_first(new, set(known))
    for index in new.keys() - set(order):
        rejects.add(index, "unknown_parent", f"{new[index]['parent'][:60]!r} is no type here, or is below this one.")
    rejected = rejects.finish(partial=partial)
    for index in order:
        row = new[index]
        kind = IncidentType(code=row["code"], name=row["name"], name_en=row["name_en"], source=source[:100])
        kind.parent, kind.valid, kind.stream = known.get(row["parent"]), since(moment), stream
        kind.save(force_insert=True)
        known[kind.code] = kind
    unchanged = len(table) - len(order) - len(rejected)
    return Outcome(read=len(table), begun=len(order), unchanged=unchanged, rejected=rejected)


def read_rows(table: Table, columns: Mapping[str, str]) -> list[dict[str, str]]:
    """Return the cells of each row by field, '' where there is none."""
    texts = {field.name: [""] * len(table) for field in FIELDS}
    texts |= {name: [text.strip() for text in table.text(column)] for name, column in columns.items()}
    return [{name: values[index] for name, values in texts.items()} for index in range(len(table))]


def fault_of(row: Mapping[str, str], *, before: Collection[str]) -> tuple[str, str] | None:
    """Return the code and sentence of why a row can't be taken, if so; ``before`` has the codes so far."""
    if not row["code"] or not row["name"]:
        return "incomplete", "A type has a code and a name."
    if len(row["code"]) > 60 or max(len(row["name"]), len(row["name_en"])) > 200:
        return "too_long", "A code has at most 60 characters, a name at most 200."
    if row["code"] in before:
        return "duplicate_code", f"{row['code']} stands in an earlier row."
    return None


def _known_otherwise(row: Mapping[str, str], known: IncidentType | None) -> tuple[str, str] | None:
    stored = known and (known.name, known.name_en, known.parent.code if known.parent else "")
    if stored and stored != (row["name"], row["name_en"], row["parent"]):
        return "known_otherwise", f"{row['code']} is known as {stored[0]!r}: give what is new a code of its own."
    return None


def parents_first(rows: Mapping[int, Mapping[str, str]], known: set[str]) -> list[int]:
    """Return the indexes of the rows, each behind its parent's; those that no known type stands above are left out."""
    waiting, order, there = dict(rows), [], {"", *known}
    while ready := [index for index, row in waiting.items() if row["parent"] in there]:
        there.update(waiting.pop(index)["code"] for index in ready)
        order += ready
    return order
