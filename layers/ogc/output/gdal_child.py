"""The child process in which GDAL writes a file: Arrow's stream in, a file on the disk out.

Run by `gdal` as ``python -I gdal_child.py JSON``; a script that imports nothing of this tree, so that it starts soon.
"""

import json
import os
import sys

import pyarrow as pa
import pyogrio.raw
from pyarrow import ipc

_NICENESS = 5


def main() -> None:
    """Write what comes on the standard input as the argument says; who waits for less goes first."""
    os.nice(_NICENESS)
    asked = json.loads(sys.argv[1])
    with ipc.open_stream(sys.stdin.buffer) as features:
        pyogrio.raw.write_arrow(
            _distinct(features),
            asked["path"],
            layer=asked["layer"],
            driver=asked["driver"],
            crs=asked["crs"],
            geometry_name=asked["geometry_name"],
            geometry_type=asked["geometry_type"],
            **asked["options"],
        )


def _distinct(features: pa.RecordBatchReader) -> pa.RecordBatchReader:
    """Return the features with names that differ for SQLite too, which doesn't tell capitals from small letters."""
    names: list[str] = []
    for name in features.schema.names:
        while name.lower() in {each.lower() for each in names}:
            name += "_"
        names.append(name)
    fields = [field.with_name(name) for field, name in zip(features.schema, names, strict=True)]
    schema = pa.schema(fields)
    renamed = (pa.RecordBatch.from_arrays(batch.columns, schema=schema) for batch in features)
    return pa.RecordBatchReader.from_batches(schema, renamed)


if __name__ == "__main__":
    main()
