"""What a file would become, before anything of it is kept. Runs in the child process. Pure."""

from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import shapely

from gisserver.common.errors import Invalid
from gisserver.common.geo.crs import WGS84, DeclaredCRS, parse_crs
from gisserver.common.reading.exactness import numeric_kind
from gisserver.common.reading.reader import list_layers, read_table
from gisserver.common.reading.table import RowProblem, Table, as_text
from gisserver.common.sentences import Sentence, to_json
from layers.kinds import FieldType
from layers.reading.columns import Column, columns_of
from layers.reading.declared import Declared, parse_declared
from layers.reading.vector import misplaced_rows

_SHOWN_ROWS = 20
_SHOWN_PROBLEMS = 100
_SHOWN_CHARACTERS = 200
_POSITIONS = 500


def preview(
    folder: Path,
    *,
    path: str,
    layer: str | None,
    crs: str | None,
    encoding: str | None,
    zone: str,
    columns: Mapping[str, Any],
) -> dict[str, Any]:
    """Return as JSON what one layer of ``path`` holds, read as an import would read it.

    ``layers`` are those of the file; ``columns`` tell what each became and why, ``rows`` the first values of them;
    ``positions`` are centroids of at most 500 features as they stand in the file, ``crs`` what they are taken for: None
    when neither the file nor the sender says it. Raises Invalid as `read_table` does, but not ``crs_missing``.
    """
    declared = parse_declared(columns)
    table, is_known = _table(Path(path), layer, parse_crs(crs) if crs else None, encoding, folder)
    made, unread = columns_of(table, zone=zone, declared=declared)
    problems = sorted((unread | misplaced_rows(table) | dict(table.problems)).values(), key=lambda each: each.number)
    return {
        "layers": [{"name": each.name, "geometry_type": each.geometry_type} for each in _layers(Path(path), folder)],
        "layer": table.layer,
        "encoding": table.encoding,
        "feature_count": len(table),
        "columns": [_described(table, column, declared.get(column.title)) for column in made],
        "rows": [[_shown(column.values[index]) for column in made] for index in range(min(len(table), _SHOWN_ROWS))],
        "geometry_types": {} if table.geometry is None else _kinds(table.geometry),
        "crs": table.crs.name if is_known and table.crs is not None else None,
        "claimed": table.claimed,
        "positions": [] if table.geometry is None else _positions(table.geometry),
        "notes": table.notes,
        "problem_count": len(problems),
        "problems": [_problem(each) for each in problems[:_SHOWN_PROBLEMS]],
    }


def _table(
    path: Path, layer: str | None, crs: DeclaredCRS | None, encoding: str | None, folder: Path
) -> tuple[Table, bool]:
    """Return the table, and whether its CRS is known; where it is not, the positions stand as they came."""
    try:
        return read_table(path, layer=layer, crs=crs, encoding=encoding, folder=folder, origin_is_a_place=True), True
    except Invalid as error:
        if error.code != "crs_missing":
            raise
    return read_table(path, layer=layer, crs=WGS84, encoding=encoding, folder=folder, origin_is_a_place=True), False


def _layers(path: Path, folder: Path) -> list[Any]:
    inner = folder / "layers"
    inner.mkdir(exist_ok=True)
    return list_layers(path, folder=inner)


def _described(table: Table, column: Column, declared: Declared | None) -> dict[str, Any]:
    return {
        "title": column.title,
        "name": column.name,
        "type": column.type.value,
        "empty": sum(value is None for value in column.values),
        "why": to_json(_why(table, column, declared)),
    }


def _why(table: Table, column: Column, declared: Declared | None) -> str:
    """Return why a column has its type."""
    if declared is not None and (declared.type or declared.formats):
        return Sentence("as declared")
    stated = table.types[column.title]
    if table.typed:
        if column.type is FieldType.STRING and stated.startswith(("int", "uint")):
            return Sentence("whole numbers too large for most readers of JSON: kept as text, every digit")
        return Sentence("the file says so: {type}", type=stated)
    if column.type is not FieldType.STRING:
        return Sentence("each number, written again, is the same text")
    texts = table.columns[column.title].tolist()
    index = next((at for at, text in enumerate(texts) if text is not None and numeric_kind([text]) is None), None)
    if index is None:
        return (
            Sentence("no value is filled in")
            if column.values.count(None) == len(column.values)
            else Sentence("codes of more than nine digits, or numbers written in several ways, stay text")
        )
    return Sentence("text, as {value!r} in row {row} is", value=as_text(texts[index])[:40], row=index + 1)


def _shown(value: Any) -> Any:
    return value[:_SHOWN_CHARACTERS] if isinstance(value, str) else value


def _kinds(geometry: Any) -> dict[str, int]:
    return dict(Counter("null" if each is None else each.geom_type for each in geometry))


def _positions(geometry: Any) -> list[list[float]]:
    """Return centroids of geometries, evenly taken, in the file's own coordinates."""
    present = np.flatnonzero(~shapely.is_missing(geometry) & ~shapely.is_empty(geometry))
    if not len(present):
        return []
    taken = present[np.unique(np.linspace(0, len(present) - 1, min(_POSITIONS, len(present))).astype(np.intp))]
    centroids = shapely.get_coordinates(shapely.centroid(geometry[taken]))
    finite: list[list[float]] = centroids[np.isfinite(centroids).all(axis=1)].tolist()
    return finite


def _problem(problem: RowProblem) -> dict[str, Any]:
    return {"row": problem.number, "code": problem.code, "detail": to_json(problem.sentence)}
