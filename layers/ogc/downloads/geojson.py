"""GeoJSON (RFC 7946), and as a sequence of texts (RFC 8142)."""

from collections.abc import Iterator

from layers.ogc.downloads.rowset import Rowset
from layers.ogc.features import feature_text


def collection(rowset: Rowset) -> Iterator[bytes]:
    """Yield one FeatureCollection."""
    feature, joined = feature_text(rowset.collection, rowset.presentation)
    lines = rowset.lines(feature, joined)
    yield b'{"type":"FeatureCollection","features":[\n' + next(lines, b"")
    for line in lines:
        yield b"," + line
    yield b"]}\n"


def sequence(rowset: Rowset) -> Iterator[bytes]:
    """Yield features one by one, a record separator before each."""
    feature, joined = feature_text(rowset.collection, rowset.presentation)
    for line in rowset.lines(feature, joined):
        yield b"\x1e" + line
