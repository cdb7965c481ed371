import json

import pytest
from django.test import Client

from tiles import style


@pytest.fixture
def document() -> dict:
    return style.document(style.LAYERS, "https://gis.example/")


def test_it_draws_from_our_own_tiles_only(document):
    assert document["sources"] == {
        "gisserver": {
            "type": "vector",
            "url": "https://gis.example/tiles/divisions,grids,buildings,incidents.json",
        }
    }
    assert json.dumps(document).count("http") == 1


def test_it_needs_no_glyph_server(document):
    fonts = [layer["layout"]["text-font"] for layer in document["layers"] if layer["type"] == "symbol"]
    assert "glyphs" not in document
    assert fonts
    assert all("Noto Sans CJK SC" in names for names in fonts)


def test_its_layers_have_ids_of_their_own(document):
    ids = [layer["id"] for layer in document["layers"]]
    assert len(set(ids)) == len(ids)


def test_what_may_come_as_counts_is_drawn_as_counts_too(document):
    counted = {layer["source-layer"] for layer in document["layers"] if layer.get("filter") == style.COUNTS}
    assert counted == {"grids", "buildings", "incidents"}


def test_it_leaves_out_what_is_not_shown():
    layers = style.document(["grids"], "https://gis.example/")["layers"]
    assert {layer.get("source-layer") for layer in layers} == {None, "grids"}


def test_the_door_gives_the_layers_that_one_may_see(web: Client, town):
    body = web.get("/styles/grids.json").json()
    assert body["version"] == 8
    assert body["sources"]["gisserver"]["url"] == "http://testserver/tiles/divisions,grids,buildings,incidents.json"


def test_the_public_sees_the_style_of_public_layers(client: Client, town, settings):
    settings.PUBLIC_LAYERS = ["grids"]
    body = client.get("/styles/grids.json").json()
    assert body["sources"]["gisserver"]["url"] == "http://testserver/tiles/grids.json"
