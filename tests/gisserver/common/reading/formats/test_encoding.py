"""Which characters bytes are."""

import pytest

from gisserver.common.errors import Invalid
from gisserver.common.reading.formats.encoding import decode

CHINESE = "编码,名称\n440310001,六联社区\n440310002,龙田社区\n"
GERMAN = "Straße,Nürnberger Straße\nWaldstraße,süß\n"


@pytest.mark.parametrize(
    ("encoding", "name"), [("utf-8", "utf-8"), ("utf-8-sig", "utf-8-sig"), ("gb18030", "gb18030"), ("utf-16", "utf-16")]
)
def test_chinese_is_recognised(encoding: str, name: str) -> None:
    assert decode(CHINESE.encode(encoding)) == (CHINESE, name)


def test_latin_1_is_not_taken_for_chinese_but_asked_about() -> None:
    with pytest.raises(Invalid) as refusal:
        decode(GERMAN.encode("latin-1"))
    assert refusal.value.code == "encoding_unclear"


def test_latin_1_is_read_when_told() -> None:
    assert decode(GERMAN.encode("latin-1"), "latin-1")[0] == GERMAN


@pytest.mark.parametrize("declared", ["gb18030", "gbk", "latin-1", "shift_jis"])
def test_a_wrong_word_about_utf_8_is_refused_not_believed(declared: str) -> None:
    with pytest.raises(Invalid) as refusal:
        decode(CHINESE.encode(), declared)
    assert refusal.value.code == "wrong_encoding"


def test_a_wrong_word_about_gb18030_names_the_byte() -> None:
    with pytest.raises(Invalid) as refusal:
        decode(CHINESE.encode("gb18030"), "utf-8")
    assert (refusal.value.code, refusal.value.data["byte"]) == ("wrong_encoding", 1)


def test_gbk_is_read_as_its_superset() -> None:
    assert decode("𠮷堃镕".encode("gb18030"), "gbk")[0] == "𠮷堃镕"


@pytest.mark.parametrize("declared", ["klingon", "rot13", "zlib", "idna", "unicode_escape", "utf-7", "a\0b"])
def test_a_name_of_no_encoding_of_files_is_refused(declared: str) -> None:
    with pytest.raises(Invalid) as refusal:
        decode(b"abc", declared)
    assert refusal.value.code == "unknown_encoding"


def test_noise_is_refused() -> None:
    with pytest.raises(Invalid):
        decode(bytes(range(128, 256)) * 10)
