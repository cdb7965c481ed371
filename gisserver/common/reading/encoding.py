"""Which characters a file's bytes are: told, or recognised beyond doubt, or refused; never mojibake."""

import codecs
import io

from gisserver.common.errors import Invalid

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# Python's own notations and UTF-7: no spreadsheet writes them, and they make lone surrogates or take ages.
_NOT_OF_FILES = frozenset({"idna", "punycode", "raw-unicode-escape", "undefined", "unicode-escape", "utf-7"})
# So many characters of three bytes don't form valid UTF-8 by accident.
_BEYOND_ACCIDENT = 6
# Rare characters are outside GB2312, but a text of which more than this share is rare is not Chinese.
_RARE_SHARE = 0.05
_SAMPLE = 4_000_000


def decode(data: bytes, told: str | None = None) -> tuple[str, str]:
    """Return ``data`` as text, and the name of its encoding.

    ``told`` is what the user says; otherwise a byte order mark decides, then valid UTF-8, then GB18030 when
    the outcome is common Chinese. Raises Invalid ``unknown_encoding`` (``told`` names none),
    ``wrong_encoding`` (the bytes contradict it) or ``encoding_unclear`` (nothing fits beyond doubt).
    """
    name = detect(data, told)
    try:
        return data.decode(name), name
    except UnicodeDecodeError as error:
        raise Invalid(
            "wrong_encoding",
            f"The file is not {name}: byte {error.start + 1} does not fit. Say what it is with --encoding.",
            byte=error.start + 1,
        ) from error


def detect(data: bytes, told: str | None = None) -> str:
    """Return the name of the encoding of ``data``, as `decode` would use it; Invalid as there."""
    if told is not None:
        return _told(data, told)
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


def _told(data: bytes, told: str) -> str:
    try:
        name = codecs.lookup(io.TextIOWrapper(io.BytesIO(), told).encoding).name  # of text: not rot13, not zlib
        if name in _NOT_OF_FILES:
            raise LookupError(name)
    except (LookupError, ValueError) as error:
        raise Invalid("unknown_encoding", f"Unknown encoding {told!r}: try utf-8, gb18030 or latin-1.") from error
    if name in {"gbk", "gb2312"}:
        name = "gb18030"  # their superset
    if name == "utf-8" and data.startswith(codecs.BOM_UTF8):
        return "utf-8-sig"
    if not name.startswith("utf") and _is_surely_utf8(data):
        raise Invalid(
            "wrong_encoding",
            f"The file is valid UTF-8, so it can't be {told}: leave --encoding out, or say utf-8.",
        )
    return name


def _fits(data: bytes, name: str) -> bool:
    try:
        data.decode(name)
    except UnicodeDecodeError:
        return False
    return True


def _is_surely_utf8(data: bytes) -> bool:
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
    return bool(foreign) and rare <= _RARE_SHARE * len(foreign)


def _fits_gb2312(character: str) -> bool:
    try:
        character.encode("gb2312")
    except UnicodeEncodeError:
        return False
    return True
