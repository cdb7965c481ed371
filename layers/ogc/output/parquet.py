"""GeoParquet 1.1 (geoparquet.org/releases/v1.1.0): row groups one by one, with the boxes that readers skip them by."""

import io
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from layers.ogc.output.arrow import batches, taken
from layers.ogc.output.layout import Layout, crs_document, east_first, free_names, layout_of
from layers.ogc.output.rowset import Rowset

if TYPE_CHECKING:
    import pyarrow as pa

_GROUP_BYTES = 4 * 1024 * 1024
# The codes of WKB, which are a thousand higher with heights.
_TYPES = {
    1: "Point", 2: "LineString", 3: "Polygon",
    4: "MultiPoint", 5: "MultiLineString", 6: "MultiPolygon", 7: "GeometryCollection",
}  # fmt: skip
_CORNERS = ("xmin", "ymin", "xmax", "ymax")


def file(rowset: Rowset) -> Iterator[bytes]:
    """Yield a file; what it holds of geometries is told at its end."""
    from pyarrow import parquet

    layout = layout_of(rowset)
    boxed = _Boxed(rowset, layout) if layout.geometry else None
    read, schema = (boxed.layout, boxed.schema) if boxed else (layout, layout.schema)
    repeating = [name for name in layout.schema.names[1:] if name != layout.geometry]
    corners = [f"{boxed.name}.{corner}" for corner in _CORNERS] if boxed else []
    sink = io.BytesIO()
    with parquet.ParquetWriter(
        sink, schema, compression="zstd", use_dictionary=repeating, write_statistics=repeating + corners
    ) as writer:
        for group in _groups(batches(rowset, read)):
            writer.write_table(boxed.group(group) if boxed else group)
            yield taken(sink)
        if boxed:
            writer.add_key_value_metadata({"geo": json.dumps(boxed.told(rowset))})
    yield taken(sink)


def _groups(made: Iterator["pa.RecordBatch"]) -> Iterator["pa.Table"]:
    """Yield tables of some megabytes; the first is the first batch, so that the file begins soon."""
    import pyarrow as pa

    group: list[pa.RecordBatch] = []
    size, most = 0, 1
    for batch in made:
        group.append(batch)
        size += batch.nbytes
        if size >= most:
            yield pa.Table.from_batches(group)
            group.clear()
            size, most = 0, _GROUP_BYTES
    if group:
        yield pa.Table.from_batches(group)


@dataclass(slots=True)
class _Boxed:
    """The rows with the box of each geometry, which the database computes; and what was seen of geometries so far."""

    rowset: Rowset
    plain: Layout
    types: set[int] = field(default_factory=set)
    bounds: list[list[float]] = field(default_factory=list)

    @property
    def name(self) -> str:
        """The name of the column of boxes."""
        return free_names(self.rowset)["bbox"]

    @property
    def layout(self) -> Layout:
        """The columns that are read: behind the others, the corners of the box."""
        import pyarrow as pa

        schema, columns = self.plain.schema, list(self.plain.columns)
        for corner in _CORNERS:
            schema = schema.append(pa.field(f"{self.name}.{corner}", pa.float64()))
            columns.append(f"ST_{corner}({east_first(self.rowset)})")
        return Layout(schema, tuple(columns), self.plain.geometry)

    @property
    def schema(self) -> "pa.Schema":
        """The columns that are written."""
        import pyarrow as pa

        box = pa.struct([(corner, pa.float64()) for corner in _CORNERS])
        return self.plain.schema.append(pa.field(self.name, box))

    def group(self, table: "pa.Table") -> "pa.Table":
        """Return rows that were read as they are written."""
        import pyarrow as pa
        from pyarrow import compute

        count = len(self.plain.schema)
        self.types.update(*(_codes(chunk) for chunk in table.column(self.plain.geometry).chunks))
        corners = [column.combine_chunks() for column in table.columns[count:]]
        seen = [compute.min_max(corner).as_py() for corner in corners]
        if seen[0]["min"] is not None:
            self.bounds.append([seen[0]["min"], seen[1]["min"], seen[2]["max"], seen[3]["max"]])
        boxes = pa.StructArray.from_arrays(corners, names=list(_CORNERS))
        return table.select(range(count)).append_column(self.schema.field(self.name), boxes)

    def told(self, rowset: Rowset) -> dict[str, Any]:
        """Return the metadata ``geo`` of the file."""
        column: dict[str, Any] = {
            "encoding": "WKB",
            "geometry_types": sorted(_TYPES[code % 1000] + " Z" * (code >= 1000) for code in self.types),
            "crs": crs_document(rowset.presentation.crs),
            "covering": {"bbox": {corner: [self.name, corner] for corner in _CORNERS}},
        }
        if self.bounds:
            corners = np.array(self.bounds)
            column["bbox"] = [*corners[:, :2].min(axis=0).tolist(), *corners[:, 2:].max(axis=0).tolist()]
        return {
            "version": "1.1.0",
            "primary_column": self.plain.geometry,
            "columns": {self.plain.geometry: column},
        }


def _codes(shapes: "pa.BinaryArray") -> set[int]:
    """Return the codes of the types of geometries, which stand behind the first byte of each."""
    _, offsets, data = shapes.buffers()
    begins = np.frombuffer(offsets, np.int32)[: len(shapes) + 1]
    begins = begins[:-1][np.diff(begins) > 0]
    octets = np.frombuffer(data, np.uint8)
    codes = octets[begins + 1].astype(np.int64) + 256 * octets[begins + 2].astype(np.int64)
    return set(np.flatnonzero(np.bincount(codes)).tolist())
