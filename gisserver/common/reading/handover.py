"""A table read by a child process: what the child writes into the folder, and what its caller makes of it.

Texts and exact whole numbers cross as JSON, a file for each column, floats and numbers without nulls as NumPy arrays,
geometries as the WKB that the child has written anew. Nothing is unpickled.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, cast

import numpy as np
import shapely
from numpy.typing import NDArray

from gisserver.common.errors import Invalid
from gisserver.common.geo.crs import DeclaredCRS, parse_crs
from gisserver.common.reading import reader
from gisserver.common.reading.heading import ANY_SHEET, Expected
from gisserver.common.reading.process.sandbox import Limits, call
from gisserver.common.reading.reader import LayerInfo
from gisserver.common.reading.table import RowProblem, Table, shared
from gisserver.common.sentences import from_json, to_json
from gisserver.common.workspace import workspace

_ARRAYS = "table.npz"


def read_table(
    path: Path,
    *,
    layer: str | None = None,
    encoding: str | None = None,
    crs: DeclaredCRS | None = None,
    mapping: Mapping[str, str] | None = None,
    max_rows: int | None = None,
    expected: Expected = ANY_SHEET,
    placed: bool = True,
) -> Table:
    """Return the rows of one layer of ``path``, read by a child process; see `reader.read_table`.

    Raises what that raises, and Invalid ``reading_too_long`` or ``reading_too_much``.
    """
    asked = {
        "path": str(path.absolute()),
        "layer": layer,
        "encoding": encoding,
        "crs": crs and crs.name,
        "mapping": dict(mapping or {}),
        "max_rows": max_rows,
        "expected": [expected.row, sorted(expected.words)],
        "placed": placed,
    }
    with workspace() as folder:
        result = call(f"{__name__}:give_table", asked, folder=folder, limits=Limits.for_command())
        return _taken(folder, result)


def list_layers(path: Path) -> list[LayerInfo]:
    """Return the layers of a file, looked at by a child process; Invalid as for `read_table`."""
    with workspace() as folder:
        asked = {"path": str(path.absolute())}
        result = call(f"{__name__}:give_layers", asked, folder=folder, limits=Limits.for_command())
    return [LayerInfo(name, kind) for name, kind in result]


def give_layers(folder: Path, *, path: str) -> list[tuple[str, str | None]]:
    """Return the layers of a file as JSON; runs in the child."""
    return [(info.name, info.geometry_type) for info in reader.list_layers(Path(path), folder=folder)]


def give_table(
    folder: Path, *, path: str, crs: str | None, expected: tuple[int | None, list[str]], **options: Any
) -> dict[str, Any]:
    """Read a table, write its arrays into ``folder`` and return the rest as JSON; runs in the child."""
    declared, sheet = parse_crs(crs) if crs else None, Expected(*expected)
    table = reader.read_table(Path(path), crs=declared, folder=folder, expected=sheet, **options)
    arrays: dict[str, NDArray[Any]] = {}
    for number, name in enumerate(table.fields):
        values = table.columns[name]
        if values.dtype == object:
            _texts(folder, number).write_text(json.dumps(values.tolist()))
        else:
            arrays[f"column{number}"] = values
    if table.geometry is not None:
        arrays |= _packed(table.geometry)
    cast(Any, np.savez)(folder / _ARRAYS, **arrays)
    return {
        "name": table.name,
        "layer": table.layer,
        "fields": table.fields,
        "types": table.types,
        "length": table.length,
        "crs": table.crs and table.crs.name,
        "claimed": table.claimed,
        "encoding": table.encoding,
        "notes": table.notes,
        "typed": table.typed,
        "problems": [(index, each.number, each.code, to_json(each.sentence)) for index, each in table.problems.items()],
    }


def _packed(geometry: NDArray[np.object_]) -> dict[str, NDArray[Any]]:
    wkb = [b"" if each is None else each for each in shapely.to_wkb(geometry)]
    return {
        "geometry": np.frombuffer(b"".join(wkb), dtype=np.uint8),
        "sizes": np.array([len(each) for each in wkb], dtype=np.int64),
    }


def _taken(folder: Path, result: dict[str, Any]) -> Table:
    try:
        with np.load(folder / _ARRAYS, allow_pickle=False) as arrays:
            columns = {name: _column(folder, arrays, number) for number, name in enumerate(result["fields"])}
            geometry = _unpacked(arrays["geometry"], arrays["sizes"]) if "sizes" in arrays else None
    except (OSError, ValueError, KeyError) as error:
        raise Invalid("unreadable_file", "The file can't be read: its reader broke off.") from error
    return Table(
        name=result["name"],
        layer=result["layer"],
        fields=tuple(result["fields"]),
        columns=columns,
        types=result["types"],
        length=result["length"],
        geometry=geometry,
        crs=parse_crs(result["crs"]) if result["crs"] else None,
        claimed=result["claimed"],
        encoding=result["encoding"],
        notes=tuple(result["notes"]),
        typed=result["typed"],
        problems={
            index: RowProblem(number, code, from_json(sentence)) for index, number, code, sentence in result["problems"]
        },
    )


def _texts(folder: Path, number: int) -> Path:
    return folder / f"column{number}.json"


def _column(folder: Path, arrays: Any, number: int) -> NDArray[Any]:
    if f"column{number}" in arrays:
        return np.asarray(arrays[f"column{number}"])
    values = shared(json.loads(_texts(folder, number).read_text()))
    made = np.empty(len(values), dtype=object)
    made[:] = values
    return made


def _unpacked(joined: NDArray[np.uint8], sizes: NDArray[np.int64]) -> NDArray[np.object_]:
    data, ends = joined.tobytes(), np.cumsum(sizes).tolist()
    wkb = [data[end - size : end] if size else None for size, end in zip(sizes.tolist(), ends, strict=True)]
    return np.asarray(shapely.from_wkb(np.array(wkb, dtype=object)), dtype=object)
