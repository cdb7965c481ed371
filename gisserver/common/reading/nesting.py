"""How deep a text nests, counted before any parser sees it: parsers that recurse die of depth."""

import re
from pathlib import Path

import numpy as np

from gisserver.common.errors import Invalid
from gisserver.common.sentences import Sentence

# A MultiPolygon in a FeatureCollection nests nine deep; nobody's properties nest thirty deeper.
MAX_JSON_DEPTH = 50
MAX_XML_DEPTH = 100
# Of well-known text: a collection of a multipolygon is four deep.
MAX_WKT_DEPTH = 12
# Names of members in all a file's objects: so many columns no table has.
_MAX_JSON_KEYS = 5_000
_BLOCK = 8 * 1024 * 1024
_KEY = re.compile(rb'"((?:[^"\\]|\\.){0,200})"\s*:')
_PARENTHESIS = re.compile(r"[()]")
_TAG = re.compile(rb"<(/?)[^<>!?][^<>]*?(/?)>")


def check_json(path: Path) -> None:
    """Refuse JSON that nests too deep or names too many members: Invalid ``unreadable_file``, ``too_many_columns``."""
    depth, inside, carried = 0, 0, b""
    keys: set[bytes] = set()
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            block, carried = _whole(carried + block)
            keys.update(_KEY.findall(block))
            if len(keys) > _MAX_JSON_KEYS:
                raise Invalid(
                    "too_many_columns",
                    Sentence(
                        "The file names more than {max_json_keys} different members.", max_json_keys=_MAX_JSON_KEYS
                    ),
                )
            depth, deepest, inside = _walk(block, depth, inside)
            if deepest > MAX_JSON_DEPTH:
                raise Invalid(
                    "unreadable_file",
                    Sentence("The file nests more than {max_json_depth} deep.", max_json_depth=MAX_JSON_DEPTH),
                )


def _whole(block: bytes) -> tuple[bytes, bytes]:
    """Return the block without a last run of backslashes, which may escape what comes next, and that run."""
    cut = len(block.rstrip(b"\\"))
    return block[:cut], block[cut:]


def _walk(block: bytes, depth: int, inside: int) -> tuple[int, int, int]:
    """Return the depth after the block, its greatest, and whether it ends inside a string (1) or not (0)."""
    bare = np.frombuffer(block.replace(b"\\\\", b"  ").replace(b'\\"', b"  "), dtype=np.uint8)
    strings = (np.cumsum(bare == ord('"'), dtype=np.int64) + inside) & 1
    opens = ((bare == ord("[")) | (bare == ord("{"))) & (strings == 0)
    closes = ((bare == ord("]")) | (bare == ord("}"))) & (strings == 0)
    depths = np.cumsum(opens.astype(np.int8) - closes.astype(np.int8), dtype=np.int64) + depth
    if not len(depths):
        return depth, depth, inside
    return int(depths[-1]), int(depths.max()), int(strings[-1])


def check_xml(path: Path) -> None:
    """Refuse (Invalid ``unreadable_file``, ``pointing_file``) XML that nests too deep, or declares entities."""
    text = path.read_bytes()
    if b"<!ENTITY" in text or b"<\x00!\x00E\x00N\x00T\x00I" in text:
        raise Invalid("pointing_file", "The file declares XML entities: write out what they stand for.")
    depth = 0
    bare = _without(_without(text, b"<![CDATA[", b"]]>"), b"<!--", b"-->")
    for found in _TAG.finditer(bare):
        depth += -1 if found[1] else 0 if found[2] else 1
        if depth > MAX_XML_DEPTH:
            raise Invalid(
                "unreadable_file",
                Sentence("The file nests more than {max_xml_depth} deep.", max_xml_depth=MAX_XML_DEPTH),
            )


def _without(text: bytes, opening: bytes, closing: bytes) -> bytes:
    """Return the text without what stands between the marks; linear, however many of them are never closed."""
    kept, start = [], 0
    while (at := text.find(opening, start)) >= 0:
        kept.append(text[start:at])
        end = text.find(closing, at)
        if end < 0:
            return b"".join(kept)
        start = end + len(closing)
    return b"".join([*kept, text[start:]])


def wkt_is_too_deep(text: str) -> bool:
    """Whether well-known text nests deeper than any geometry needs; GEOS' reader recurses on the stack."""
    depth = 0
    for found in _PARENTHESIS.finditer(text):
        depth += 1 if found[0] == "(" else -1
        if depth > MAX_WKT_DEPTH:
            return True
    return False
