"""GeoJSON (RFC 7946), and as a sequence of texts (RFC 8142)."""

from collections.abc import Iterable, Iterator
from typing import Any

import orjson

from layers.ogc.features import feature_text
from layers.ogc.output.rowset import Rowset


def collection(rowset: Rowset) -> Iterator[bytes]:
    """Yield one FeatureCollection."""
    feature, joined = feature_text(rowset.collection, rowset.presentation)
    yield from collected({"type": "FeatureCollection"}, rowset.lines(feature, joined))


def collected(members: dict[str, Any], features: Iterable[list[bytes]]) -> Iterator[bytes]:
    """Yield a document with ``members`` and ``features``, some at a time."""
    before = orjson.dumps(members)[:-1] + b',"features":[\n'
    for some in features:
        yield before + b",".join(some)
        before = b","
    yield b"]}\n" if before == b"," else before + b"]}\n"


def sequence(rowset: Rowset) -> Iterator[bytes]:
    """Yield features one by one, a record separator before each."""
    feature, joined = feature_text(rowset.collection, rowset.presentation)
    for some in rowset.lines(feature, joined):
        yield b"".join([b"\x1e", b"\x1e".join(some)])
