"""Columns in Arrow's layout, a batch at a time: an IPC stream, and what other formats are made of.

The database writes CSV, which Arrow's own reader turns into columns; no row is touched in Python. pyarrow is loaded
when it is first needed: few requests do.
"""

import binascii
import io
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

import numpy as np

from layers.ogc.output.layout import Layout, layout_of
from layers.ogc.output.rowset import Rowset

if TYPE_CHECKING:
    import pyarrow as pa


def stream(rowset: Rowset) -> Iterator[bytes]:
    """Yield an IPC stream; Arrow's readers take it as it comes."""
    layout = layout_of(rowset)
    yield from stream_of(batches(rowset, layout), layout)


def stream_of(made: Iterable["pa.RecordBatch"], layout: Layout) -> Iterator[bytes]:
    """Yield an IPC stream of batches with the columns of ``layout``."""
    from pyarrow import ipc

    sink = io.BytesIO()
    with ipc.new_stream(sink, layout.schema) as writer:
        for batch in made:
            writer.write_batch(batch)
            yield taken(sink)
    yield taken(sink)


def batches(rowset: Rowset, layout: Layout) -> Iterator["pa.RecordBatch"]:
    """Yield the rows, some thousands a batch."""
    for some in rowset.table(", ".join(layout.columns), header=False):
        yield _batch(b"".join(some), layout.schema)


def taken(sink: io.BytesIO) -> bytes:
    """Return what has been written into ``sink``, and empty it."""
    written = sink.getvalue()
    sink.seek(0)
    sink.truncate()
    return written


def _batch(piece: bytes, schema: "pa.Schema") -> "pa.RecordBatch":
    import pyarrow as pa
    from pyarrow import csv

    read = {field.name: pa.string() if pa.types.is_binary(field.type) else field.type for field in schema}
    table = csv.read_csv(
        pa.BufferReader(piece),
        # One block, so that no row is too long for it.
        csv.ReadOptions(column_names=schema.names, use_threads=False, block_size=len(piece) + 1),
        csv.ParseOptions(newlines_in_values=True),
        csv.ConvertOptions(
            column_types=read,
            null_values=[""],
            strings_can_be_null=True,
            quoted_strings_can_be_null=False,
            true_values=["t"],
            false_values=["f"],
        ),
    )
    [batch] = table.to_batches()
    columns = [
        _bytes_of(column) if pa.types.is_binary(field.type) else column
        for column, field in zip(batch.columns, schema, strict=True)
    ]
    return pa.RecordBatch.from_arrays(columns, schema=schema)


def _bytes_of(texts: "pa.StringArray") -> "pa.BinaryArray":
    """Return what hexadecimal texts say; the array is fresh from the reader, so that it begins with its buffers."""
    import pyarrow as pa

    valid, offsets, data = texts.buffers()
    halves = np.frombuffer(offsets, np.int32)[: len(texts) + 1] // 2
    said = binascii.unhexlify(memoryview(data)[: 2 * int(halves[-1])]) if data is not None else b""
    buffers = [valid, pa.py_buffer(halves), pa.py_buffer(said)]
    return pa.BinaryArray.from_buffers(pa.binary(), len(texts), buffers, texts.null_count)
