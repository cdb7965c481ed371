"""A new version of a stream's tree of types: what it has otherwise ends and begins, and what takes up what ended."""

from collections import Counter
from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from gisserver.common.dates import recordable
from gisserver.common.db.advisory_locks import take_turn
from gisserver.common.db.validity import since
from gisserver.common.errors import Invalid
from gisserver.common.imports.command import Outcome, Rejects
from gisserver.common.reading import Table
from incidents.importers.taxonomy import fault_of, parents_first, read_rows
from incidents.models import IncidentType, TypeSuccession

Row = Mapping[str, str]


@transaction.atomic
def import_version(
    *,
    table: Table,
    columns: Mapping[str, str],
    source: str,
    stream: str,
    effective_at: datetime | None = None,
    partial: bool = False,
) -> Outcome:
    """Put the tree of a stream that the file says in place, from ``effective_at`` (default now) on.

    A type that is said as before goes on: it is of both versions. One that is not there ends; one said otherwise, or
    below a type that changes, ends and begins anew under its code. ``replaces`` names the former codes that a type
    takes up, with ; between them; a changed type takes up its own. One taken up by several gives each an equal share.
    Raises Invalid or RowsRejected.
    """
    turn = take_turn("incident_types", "")
    moment = recordable(effective_at) if effective_at else turn
    if IncidentType.objects.filter(stream=stream, valid__startswith__gt=moment).exists():
        raise Invalid(
            "planned_later", "Types of this stream that begin later are on record: begin this version then, or later."
        )
    held = {kind.code: kind for kind in IncidentType.objects.at(moment).select_related("parent")}
    former = {code: kind for code, kind in held.items() if kind.stream == stream}
    rows = read_rows(table, columns)
    rejects = Rejects(table)
    order = _checked(rows, rejects, held=set(held), former=set(former))
    kept = _kept([rows[index] for index in order], former)
    for index in order:
        if going_on := sorted(kept.keys() & set(_replaced(rows[index]))):
            rejects.add(index, "former_type_goes_on", f"{going_on[0]} goes on as it is: nothing takes it up.")
    rejected = rejects.finish(partial=partial)
    good = [rows[index] for index in order if index not in rejects]
    IncidentType.objects.filter(pk__in=[kind.pk for code, kind in former.items() if code not in kept]).end(moment)
    types = dict(kept)
    for row in good:
        if row["code"] not in kept:
            types[row["code"]] = IncidentType.objects.create(
                code=row["code"], name=row["name"], name_en=row["name_en"], parent=types.get(row["parent"]),
                stream=stream, valid=since(moment), source=source[:100],
            )  # fmt: skip
    _succeed(good, kept, former, types, source)
    return Outcome(
        read=len(table),
        begun=len(good) - len(kept),
        ended=len(former) - len(kept),
        unchanged=len(kept),
        rejected=rejected,
    )


def _checked(rows: list[dict[str, str]], rejects: Rejects, *, held: set[str], former: set[str]) -> list[int]:
    """Reject what can't be taken; return the indexes of the others, each behind its parent's."""
    before: set[str] = set()
    for index, row in enumerate(rows):
        if fault := fault_of(row, before=before):
            rejects.add(index, *fault)
        elif row["code"] in held - former:
            rejects.add(index, "code_of_another_stream", f"{row['code']} names a type of another stream now.")
        elif unknown := sorted(set(_replaced(row)) - former):
            rejects.add(index, "unknown_former_type", f"{unknown[0][:60]!r} is no type of this stream until then.")
        before.add(row["code"])
    good = {index: row for index, row in enumerate(rows) if index not in rejects}
    order = parents_first(good, set())
    for index in good.keys() - set(order):
        parent = good[index]["parent"][:60]
        rejects.add(index, "unknown_parent", f"{parent!r} is no type in this file, or is below this one.")
    return order


def _replaced(row: Row) -> list[str]:
    return [code for text in row["replaces"].split(";") if (code := text.strip())]


def _kept(rows: list[dict[str, str]], former: Mapping[str, IncidentType]) -> dict[str, IncidentType]:
    """Return the types that go on: said as before, below a parent that goes on. The rows come parents first."""
    kept: dict[str, IncidentType] = {}
    for row in rows:
        kind = former.get(row["code"])
        if kind is None or (row["parent"] and row["parent"] not in kept):
            continue
        if (kind.name, kind.name_en, kind.parent.code if kind.parent else "") == (
            row["name"],
            row["name_en"],
            row["parent"],
        ):
            kept[kind.code] = kind
    return kept


def _succeed(
    rows: list[dict[str, str]],
    kept: Mapping[str, IncidentType],
    former: Mapping[str, IncidentType],
    types: Mapping[str, IncidentType],
    source: str,
) -> None:
    taken = {(code, row["code"]) for row in rows for code in _replaced(row)}
    named = {code for code, _ in taken}
    own = {row["code"] for row in rows} & former.keys()
    taken |= {(code, code) for code in own - kept.keys() - named}
    taken = {(old, new) for old, new in taken if old not in kept}
    heirs = Counter(old for old, _ in taken)
    TypeSuccession.objects.bulk_create(
        TypeSuccession(former=former[old], successor=types[new], share=1 / heirs[old], source=source[:100])
        for old, new in sorted(taken)
    )
