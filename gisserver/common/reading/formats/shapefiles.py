"""The table of a Shapefile: which encoding its bytes are, and what its fixed widths have cut off."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gisserver.common.errors import Invalid
from gisserver.common.reading.formats.encoding import codepage, decode_cell, detect, is_surely_utf8, language_byte
from gisserver.common.sentences import Sentence

# Every byte is a character of Latin-1, so a Shapefile read as Latin-1 gives its bytes back.
BYTES_AS_TEXT = "ISO-8859-1"
_LANGUAGE_BYTE_AT = 29
_HEADER = 32


@dataclass(frozen=True, slots=True)
class TableText:
    """The names and cells of a Shapefile's table as text, how they were encoded, and what was cut."""

    fields: list[str]
    columns: list[NDArray[Any]]
    encoding: str
    notes: tuple[str, ...]


def text_of_table(
    path: Path, declared: str | None, fields: Sequence[str], columns: Sequence[NDArray[Any]]
) -> TableText:
    """Return the text of a table that was read as Latin-1.

    Its encoding is ``declared``, or what its .cpg or its language byte says, or recognised from all its bytes. Raises
    Invalid ``wrong_encoding``, ``unknown_encoding`` or ``encoding_unclear``.
    """
    cells = list(dict.fromkeys(_cells(fields, columns)))
    encoding = _encoding(path, declared, cells)
    cut: Counter[str] = Counter()
    try:
        names = [decode_cell(_bytes(field), encoding)[0] for field in fields]
        made = [_decoded(values, encoding, name, cut) for name, values in zip(names, columns, strict=True)]
    except UnicodeDecodeError as error:
        detail = Sentence("The table is not {encoding}: say what it is with --encoding.", encoding=encoding)
        raise Invalid("wrong_encoding", detail) from error
    notes = tuple(
        f"Column {name!r}: in {times} rows the last character is cut in two by the column's width, and left out."
        for name, times in cut.items()
    )
    return TableText(names, made, encoding, notes)


def _bytes(text: str) -> bytes:
    return text.encode(BYTES_AS_TEXT)


def _cells(fields: Sequence[str], columns: Sequence[NDArray[Any]]) -> Iterator[bytes]:
    for field in fields:
        yield _bytes(field)
    for values in columns:
        if values.dtype == object:
            yield from (_bytes(value) for value in values if isinstance(value, str))


def _encoding(path: Path, declared: str | None, cells: Sequence[bytes]) -> str:
    if declared is not None:
        return detect(b"\n".join(_whole(cells, codepage(declared) or declared)), declared)
    mislabelled = is_surely_utf8(b"\n".join(_whole(cells, "utf-8")))  # many programs copy a label
    for named in (_cpg(path), _language(path)):
        if named is not None and _fits(cells, named) and (named == "utf-8" or not mislabelled):
            return named
    for likely in ("utf-8", "gb18030"):
        if _fits(cells, likely):
            return detect(b"\n".join(_whole(cells, likely)))
    return detect(b"\n".join(cells))


def _whole(cells: Sequence[bytes], encoding: str) -> list[bytes]:
    """Return the cells, those that are cut in this encoding without their last, half character."""
    try:
        decoded = [decode_cell(cell, encoding) for cell in cells]
    except (UnicodeDecodeError, LookupError):
        return list(cells)
    return [text.encode(encoding) if cut else cell for cell, (text, cut) in zip(cells, decoded, strict=True)]


def _fits(cells: Sequence[bytes], encoding: str) -> bool:
    try:
        for cell in cells:
            decode_cell(cell, encoding)
    except UnicodeDecodeError:
        return False
    return True


def _cpg(path: Path) -> str | None:
    beside = (path.with_suffix(suffix) for suffix in (".cpg", ".CPG"))
    content = next((file.read_bytes()[:100] for file in beside if file.is_file()), b"")
    return codepage(content.decode("ascii", "replace").strip("\ufeff\x00 \r\n\t"))


def _language(path: Path) -> str | None:
    beside = (path.with_suffix(suffix) for suffix in (".dbf", ".DBF"))
    head = next((file.read_bytes()[:_HEADER] for file in beside if file.is_file()), b"")
    return language_byte(head[_LANGUAGE_BYTE_AT]) if len(head) == _HEADER else None


def _decoded(values: NDArray[Any], encoding: str, name: str, cut: Counter[str]) -> NDArray[Any]:
    if values.dtype != object:
        return values
    made = np.full(len(values), None, dtype=object)
    for index, value in enumerate(values):
        if not isinstance(value, str):
            made[index] = value
            continue
        made[index], was_cut = decode_cell(_bytes(value), encoding)
        if was_cut:
            cut[name] += 1
    return made
