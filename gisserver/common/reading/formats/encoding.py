"""Which characters a file's bytes are: declared, or recognised beyond doubt, or refused; never mojibake."""

import codecs
import io
import re

from gisserver.common.errors import Invalid
from gisserver.common.sentences import Sentence

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# Python's own notations and UTF-7: no spreadsheet writes them, and they make lone surrogates or take ages.
_NOT_OF_FILES = frozenset({"idna", "punycode", "raw-unicode-escape", "undefined", "unicode-escape", "utf-7"})
_CHINESE = frozenset({"gbk", "gb2312"})
# So many characters of three bytes don't form valid UTF-8 by accident.
_BEYOND_ACCIDENT = 6
# Rare characters are outside GB2312, but a text of which more than this share is rare is not Chinese.
_RARE_SHARE = 0.05
# In a short text a place's own rare character weighs more; bytes of another encoding make most of them rare.
_RARE_SHARE_OF_FEW = 0.25
_FEW = 400
_SAMPLE = 4_000_000
# dBASE's language byte, where it says more than "whatever the writer's Windows spoke".
_LANGUAGE_BYTES = {
    0x13: "cp932", 0x1F: "cp1252", 0x4D: "gb18030", 0x4E: "cp949", 0x4F: "cp950", 0x50: "cp874", 0x57: "cp1252",
    0x78: "cp950", 0x79: "cp949", 0x7A: "gb18030", 0x7B: "cp932", 0x7C: "cp874", 0xC8: "cp1250", 0xC9: "cp1251",
    0xCA: "cp1254", 0xCB: "cp1253",
}  # fmt: skip


def decode(data: bytes, declared: str | None = None) -> tuple[str, str]:
    """Return ``data`` as text, and the name of its encoding.

    ``declared`` is what the user says; otherwise a byte order mark decides, then valid UTF-8, then GB18030 when
    the outcome is common Chinese. Raises Invalid ``unknown_encoding`` (``declared`` names none),
    ``wrong_encoding`` (the bytes contradict it) or ``encoding_unclear`` (nothing fits beyond doubt).
    """
    name = detect(data, declared)
    try:
        return data.decode(name), name
    except UnicodeDecodeError as error:
        raise Invalid(
            "wrong_encoding",
            Sentence(
                "The file is not {name}: byte {start} does not fit. Say what it is with --encoding.",
                name=name,
                start=error.start + 1,
            ),
            byte=error.start + 1,
        ) from error


def detect(data: bytes, declared: str | None = None) -> str:
    """Return the name of the encoding of ``data``, as `decode` would use it; Invalid as there."""
    if declared is not None:
        return _declared(data, declared)
    for mark, name in _BOMS:
        if data.startswith(mark):
            return name
    if _fits(data, "utf-8"):
        return "utf-8"
    if _is_common_chinese(data):
        return "gb18030"
    raise Invalid(
        "encoding_unclear",
        "The file is neither UTF-8 nor clearly GB18030: say what it is with --encoding, as in latin-1.",
    )


def codepage(text: str) -> str | None:
    """Return the encoding that a .cpg names in any of its spellings (``ANSI 1252``, ``88591``, ``936``), or None."""
    spelt = re.sub(r"^(?:ansi|oem|cp|windows|ibm|ms|x)+", "", re.sub(r"[\s_-]+", "", text.casefold()))
    latin = re.fullmatch(r"(?:iso)?8859(\d{1,2})", spelt)
    if latin:
        spelt = f"iso8859-{latin[1]}"
    elif spelt.isascii() and spelt.isdigit():
        spelt = {"65001": "utf-8", "54936": "gb18030", "20936": "gb18030"}.get(spelt, f"cp{spelt}")
    try:
        name = codecs.lookup(spelt).name
    except LookupError:
        return None
    if name in _NOT_OF_FILES:
        return None
    return "gb18030" if name in _CHINESE else name


def language_byte(byte: int) -> str | None:
    """Return the encoding that the language byte of a dBASE table (at offset 29) stands for, or None."""
    return _LANGUAGE_BYTES.get(byte)


def decode_name(name: bytes) -> str:
    """Return the name of a file in an archive that does not say its encoding: UTF-8, else GB18030, else DOS."""
    for encoding in ("utf-8", "gb18030"):
        if _fits(name, encoding):
            return name.decode(encoding)
    return name.decode("cp437")


def decode_cell(cell: bytes, encoding: str) -> tuple[str, bool]:
    """Return a cell of fixed width as text, and whether its last character was cut in two, which is left out.

    Raises UnicodeDecodeError where the bytes contradict the encoding.
    """
    decoder = codecs.getincrementaldecoder(encoding)()
    text = decoder.decode(cell)
    return text, bool(decoder.getstate()[0])


def _declared(data: bytes, declared: str) -> str:
    try:
        name = codecs.lookup(io.TextIOWrapper(io.BytesIO(), declared).encoding).name  # of text: not rot13, not zlib
        if name in _NOT_OF_FILES:
            raise LookupError(name)
    except (LookupError, ValueError) as error:
        raise Invalid(
            "unknown_encoding",
            Sentence("Unknown encoding {declared!r}: try utf-8, gb18030 or latin-1.", declared=declared),
        ) from error
    if name in _CHINESE:
        name = "gb18030"  # their superset
    if name == "utf-8" and data.startswith(codecs.BOM_UTF8):
        return "utf-8-sig"
    if not name.startswith("utf") and is_surely_utf8(data):
        raise Invalid(
            "wrong_encoding",
            Sentence(
                "The file is valid UTF-8, so it can't be {declared}: leave --encoding out, or say utf-8.",
                declared=declared,
            ),
        )
    return name


def _fits(data: bytes, name: str) -> bool:
    try:
        data.decode(name)
    except UnicodeDecodeError:
        return False
    return True


def is_surely_utf8(data: bytes) -> bool:
    """Whether the bytes are UTF-8 beyond accident, whatever a label says."""
    if not _fits(data, "utf-8"):
        return False
    long_ones = sum(1 for byte in data[:_SAMPLE] if byte >= 0xE0)
    return long_ones >= _BEYOND_ACCIDENT


def _is_common_chinese(data: bytes) -> bool:
    """Whether the bytes, read as GB18030, are the everyday characters that GB2312 lists."""
    try:
        text = data.decode("gb18030")
    except UnicodeDecodeError:
        return False
    foreign = [character for character in text[:_SAMPLE] if ord(character) > 0x7F]
    rare = sum(1 for character in foreign if not _fits_gb2312(character))
    share = _RARE_SHARE_OF_FEW if len(foreign) <= _FEW else _RARE_SHARE
    return bool(foreign) and rare <= share * len(foreign)


def _fits_gb2312(character: str) -> bool:
    try:
        character.encode("gb2312")
    except UnicodeEncodeError:
        return False
    return True
