"""Glyphs as MapLibre reads them; the font is one that comes with a package."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import reportlab
from django.test import Client

from gisserver.common.errors import NotFound
from tiles import glyphs

FONT = Path(reportlab.__file__).parent / "fonts" / "Vera.ttf"


def fields(message: bytes) -> Iterator[tuple[int, int | bytes]]:
    """The fields of a protobuf message that has numbers and bytes only."""
    at = 0

    def varint() -> int:
        nonlocal at
        value = shift = 0
        while True:
            value |= (message[at] & 127) << shift
            at, shift = at + 1, shift + 7
            if message[at - 1] < 128:
                return value

    while at < len(message):
        key = varint()
        value = varint()
        if key & 7:
            yield key >> 3, message[at : at + value]
            at += value
        else:
            yield key >> 3, value


@pytest.fixture(scope="module")
def latin(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[int, int | bytes]]:
    """The fields of the glyphs of the first range by character."""
    (_, stack), *_ = fields(glyphs.glyphs(FONT, 0, tmp_path_factory.mktemp("glyphs")))
    found = [dict(fields(value)) for number, value in fields(stack) if number == 3]
    return {chr(each[1]): each for each in found}


def test_a_range_names_its_font_and_itself(tmp_path: Path) -> None:
    (_, stack), *_ = fields(glyphs.glyphs(FONT, 0, tmp_path))
    assert dict(fields(stack))[1] == glyphs.name_of(FONT).encode()
    assert dict(fields(stack))[2] == b"0-255"


def test_a_field_has_the_size_that_is_said_and_its_border(latin: dict[str, dict[int, int | bytes]]) -> None:
    for each in latin.values():
        width, height = each[3], each[4]
        assert len(each.get(2, b"")) == ((width + 6) * (height + 6) if width else 0)


def test_a_stroke_is_inside_and_the_border_is_outside(latin: dict[str, dict[int, int | bytes]]) -> None:
    """The letter I: one stroke from top to bottom."""
    letter = latin["I"]
    picture = np.frombuffer(letter[2], dtype=np.uint8).reshape(letter[4] + 6, letter[3] + 6)
    assert picture[picture.shape[0] // 2].max() > 192
    assert max(picture[0].max(), picture[:, 0].max()) < 192


def test_letters_stand_on_one_line(latin: dict[str, dict[int, int | bytes]]) -> None:
    """The bottom of H and I is where their height below the top ends."""

    def bottom(letter: str) -> int:
        top = latin[letter][6]
        return (top // 2 if top % 2 == 0 else -(top + 1) // 2) - latin[letter][4]

    assert bottom("H") == bottom("I") > bottom("g")


def test_a_range_is_drawn_once(tmp_path: Path) -> None:
    drawn = glyphs.glyphs(FONT, 256, tmp_path)
    [file] = tmp_path.iterdir()
    file.write_bytes(b"kept")
    assert (drawn, glyphs.glyphs(FONT, 256, tmp_path)) != (b"kept", drawn)


@pytest.mark.parametrize("first", [1, 65536])
def test_what_begins_no_range_is_refused(first: int, tmp_path: Path) -> None:
    with pytest.raises(NotFound):
        glyphs.glyphs(FONT, first, tmp_path)


def test_the_door_gives_what_the_style_names(web: Client, town, settings, tmp_path: Path) -> None:
    settings.GLYPH_FONT, settings.GISSERVER_HOME = str(FONT), tmp_path
    style = web.get("/styles/dark.json").json()
    [font] = style["layers"][-1]["layout"]["text-font"]
    address = style["glyphs"].replace("{fontstack}", font)
    answer = web.get(address.replace("{range}", "0-255"))
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/x-protobuf")
    assert web.get(address.replace("{range}", "0-100")).json()["code"] == "unknown_glyphs"
    assert web.get("/glyphs/Other/0-255.pbf").json()["code"] == "unknown_glyphs"


def test_glyphs_are_for_whom_maps_are_shown_to(client: Client, db: None) -> None:
    assert client.get("/glyphs/Other/0-255.pbf").status_code == 401
