import json

import pytest
from django.test import Client

from tiles import style


@pytest.fixture
def document() -> dict:
    return style.document("grids", style.LAYERS, "https://gis.example/")


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
    layers = style.document("grids", ["grids"], "https://gis.example/")["layers"]
    assert {layer.get("source-layer") for layer in layers} == {None, "grids"}


def test_the_door_gives_the_layers_that_one_may_see(web: Client, town):
    body = web.get("/styles/grids.json").json()
    assert body["version"] == 8
    assert body["sources"]["gisserver"]["url"] == "http://testserver/tiles/divisions,grids,buildings,incidents.json"


def test_the_public_sees_the_style_of_public_layers(client: Client, town, settings):
    settings.PUBLIC_LAYERS = ["grids"]
    body = client.get("/styles/grids.json").json()
    assert body["sources"]["gisserver"]["url"] == "http://testserver/tiles/grids.json"


@pytest.mark.parametrize("name", style.NAMES)
def test_every_style_draws_all_its_layers_and_names_no_foreign_address(name: str) -> None:
    document = style.document(name, style.layers_of(name), "https://gis.example/", "Some Font")
    assert {layer.get("source-layer") for layer in document["layers"]} == {None, *style.layers_of(name)}
    assert all(part.startswith("s://gis.example/") for part in json.dumps(document).split("http")[1:])


def test_with_a_font_of_ours_labels_are_drawn_from_its_glyphs() -> None:
    document = style.document("dark", style.LAYERS, "https://gis.example/", "Some Font")
    assert document["glyphs"] == "https://gis.example/glyphs/{fontstack}/{range}.pbf"
    fonts = [layer["layout"]["text-font"] for layer in document["layers"] if layer["type"] == "symbol"]
    assert fonts and all(names == ["Some Font"] for names in fonts)


def test_the_load_of_a_grid_of_which_nothing_is_told_is_grey(web: Client, town) -> None:
    body = web.get("/styles/load.json").json()
    [load] = [layer for layer in body["layers"] if layer["id"] == "grid_numbers-load"]
    assert load["paint"]["fill-color"][-1] == style.UNTOLD
