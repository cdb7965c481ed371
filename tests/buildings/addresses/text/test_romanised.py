"""Chinese names in Latin letters."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from buildings.addresses.text.pinyin import spelled
from buildings.addresses.text.romanised import counted, in_han, spellings

KNOWN = {
    "longhuhuayuan": ("龙湖花园",),
    "lhhy": ("龙湖花园",),
    "xinhelu": ("新和路", "新河路"),
    "pingshanqu": ("坪山区",),
}


def test_a_name_is_spelled_whole_and_by_initials() -> None:
    assert spelled("坪山街道") == ("pingshanjiedao", "psjd")


@pytest.mark.parametrize(
    ("typed", "han"),
    [
        ("longhuhuayuan3栋", "龙湖花园 3栋"),
        ("long hu hua yuan 3dong", "龙湖花园 3栋"),
        ("lhhy3dong2danyuan", "龙湖花园 3栋2单元"),
        ("longhu花园3栋", "龙湖花园3栋"),
        ("pingshan区longhuhuayuan", "坪山区龙湖花园"),
    ],
)
def test_what_is_known_is_put_in_han(typed: str, han: str) -> None:
    assert in_han(counted(typed), KNOWN) == [han]


def test_names_that_sound_alike_are_several_texts() -> None:
    assert in_han("xinhelu8号", KNOWN) == ["新和路8号", "新河路8号"]


@pytest.mark.parametrize("typed", ["hauptstr 12a", "a座1203", "12 main st", "龙湖花园3栋"])
def test_what_is_not_known_stays(typed: str) -> None:
    assert in_han(typed, KNOWN) == []


@given(st.text(alphabet="abcxyz 龙湖花园区12'-", max_size=30))
def test_every_spelling_that_is_used_was_asked_for(text: str) -> None:
    asked = spellings(text)
    assert in_han(text, dict.fromkeys(asked, ("名",))) == in_han(text, dict.fromkeys([*asked, "zz"], ("名",)))
    assert bool(in_han(text, dict.fromkeys(asked, ("名",)))) == bool(asked)
