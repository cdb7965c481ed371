"""Packs: what they hold, who may have them, and how a reader asks for pieces."""

import gzip
import json
from io import StringIO
from pathlib import Path
from typing import Any

import mapbox_vector_tile
import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from pmtiles.reader import MemorySource, Reader, all_tiles

from tests.tiles.town import Town, division
from tiles import mvt
from tiles.address import TileAddress
from tiles.packs import making, shelf
from tiles.packs.area import area_of
from tiles.tileset import tileset

WEST, EAST = "440310001001", "440310001002"


@pytest.fixture(autouse=True)
def _home(settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Packs in a folder of the test's own, of few zooms."""
    settings.GISSERVER_HOME = tmp_path
    monkeypatch.setattr(making, "ZOOMS", range(12, 16))


@pytest.fixture
def pack(town: Town) -> shelf.Pack:
    """The pack of the western community."""
    return making.make(area_of(WEST))[0]


def whole(web: Client, query: str = "") -> Reader:
    answer = web.get(f"/packs/{WEST}.pmtiles{query}")
    assert answer.status_code == 200, answer.getvalue()
    return Reader(MemorySource(answer.getvalue()))


def test_its_tiles_are_those_of_the_server_for_who_sees_just_that_area(town, supervisor, pack) -> None:
    tiles = tileset("divisions,grids,buildings", supervisor)
    for (z, x, y), body in all_tiles(MemorySource(pack.tiles.read_bytes())):
        server = mapbox_vector_tile.decode(gzip.decompress(mvt.render(tiles, TileAddress(z, x, y)).body))
        assert mapbox_vector_tile.decode(gzip.decompress(body)) == server


def test_no_tile_and_no_text_tells_of_the_neighbour(town, pack) -> None:
    codes = {
        feature["properties"]["code"]
        for _, body in all_tiles(MemorySource(pack.tiles.read_bytes()))
        for feature in mapbox_vector_tile.decode(gzip.decompress(body)).get("grids", {"features": []})["features"]
    }
    assert codes == {f"{WEST}00{number}" for number in range(1, 5)}
    assert {grid["code"] for grid in pack.read()["grids"]} == {*codes, None}
    assert EAST not in json.dumps(pack.read())


def test_it_says_what_a_reader_of_pmtiles_asks(web: Client, town, pack) -> None:
    reader = whole(web)
    header, metadata = reader.header(), reader.metadata()
    assert (header["min_zoom"], header["max_zoom"], header["tile_type"].name) == (12, 15, "MVT")
    assert [layer["id"] for layer in metadata["vector_layers"]] == ["divisions", "grids", "buildings"]


def test_edges_are_the_stored_ones_to_the_millimetre(town, pack) -> None:
    [grid] = [grid for grid in pack.read()["grids"] if grid["code"] == f"{WEST}001"]
    [[ring]] = grid["polygons"]
    x, y, corners = 0, 0, []
    for step_x, step_y in zip(ring[::2], ring[1::2], strict=True):
        x, y = x + step_x, y + step_y
        corners.append((x / 1000, y / 1000))
    assert [*corners, corners[0]] == [tuple(place) for place in town.grids["A1"].geom.coords[0][0]]


def test_a_pack_of_what_has_not_changed_is_not_made_again(town, pack) -> None:
    assert making.make(area_of(WEST)) == (pack, False)
    town.building(500, 500)
    newer, is_new = making.make(area_of(WEST))
    assert is_new and newer.version != pack.version


def test_a_delta_leads_from_one_version_to_the_next(web: Client, town, pack) -> None:
    town.building(500, 500)
    newer, _ = making.make(area_of(WEST))
    old = dict(all_tiles(MemorySource(pack.tiles.read_bytes())))
    change = whole(web, f"?since={pack.version}")
    for place in change.metadata()["removed"]:
        del old[tuple(place)]
    changed = dict(all_tiles(change.get_bytes))
    assert {**old, **changed} == dict(all_tiles(MemorySource(newer.tiles.read_bytes())))
    assert len(changed) < len(old)


def test_only_the_last_versions_are_kept(town, monkeypatch) -> None:
    monkeypatch.setattr(shelf, "KEPT", 2)
    for number in range(3):
        town.building(400 + 50 * number, 500)
        newest = making.make(area_of(WEST))[0]
    assert len(shelf.versions(WEST)) <= 2
    assert shelf.newest(WEST) == newest


@pytest.mark.parametrize(
    ("asked", "status", "piece"),
    [
        ("bytes=0-126", 206, slice(0, 127)),
        ("bytes=100-", 206, slice(100, None)),
        ("bytes=-50", 206, slice(-50, None)),
        ("bytes=0-999999999999", 206, slice(None)),
        ("bytes=5-4", 200, slice(None)),
        ("bytes=0-1,5-6", 200, slice(None)),
        ("bytes=-", 200, slice(None)),
        ("lines=1-2", 200, slice(None)),
    ],
)
def test_a_piece_of_the_file(web: Client, town, pack, asked: str, status: int, piece: slice) -> None:
    body = pack.tiles.read_bytes()
    answer = web.get(f"/packs/{WEST}.pmtiles", headers={"range": asked})
    assert (answer.status_code, answer.getvalue()) == (status, body[piece])
    assert answer["Accept-Ranges"] == "bytes"
    if status == 206:
        first, last = range(len(body))[piece][0], range(len(body))[piece][-1]
        assert answer["Content-Range"] == f"bytes {first}-{last}/{len(body)}"
        assert answer["Content-Length"] == str(last - first + 1)


@pytest.mark.parametrize("asked", ["bytes=999999999999-", "bytes=-0"])
def test_a_piece_that_the_file_has_not(web: Client, town, pack, asked: str) -> None:
    answer = web.get(f"/packs/{WEST}.pmtiles", headers={"range": asked})
    assert (answer.status_code, answer.json()["code"]) == (416, "range_not_satisfiable")
    assert answer["Content-Range"] == f"bytes */{pack.tiles.stat().st_size}"


def test_a_piece_of_a_version_that_is_no_more_is_the_whole_of_the_new(web: Client, town, pack) -> None:
    url = f"/packs/{WEST}.pmtiles"
    etag = web.get(url)["ETag"]
    ask = {"range": "bytes=0-9", "if-range": etag}
    assert web.get(url, headers=ask).status_code == 206
    town.building(500, 500)
    newer, _ = making.make(area_of(WEST))
    assert web.get(url, headers=ask).getvalue() == newer.tiles.read_bytes()


def test_who_holds_the_version_gets_304(web: Client, town, pack) -> None:
    for url in (f"/packs/{WEST}.pmtiles", f"/packs/{WEST}.json.gz"):
        assert web.get(url, headers={"if-none-match": web.get(url)["ETag"]}).status_code == 304


def test_the_content_is_a_file_of_its_own(web: Client, town, pack) -> None:
    answer = web.get(f"/packs/{WEST}.json.gz")
    assert answer["Content-Type"] == "application/gzip" and "Content-Encoding" not in answer
    assert json.loads(gzip.decompress(answer.getvalue()))["version"] == pack.version


def test_who_reads_the_area_finds_its_pack_and_no_other(client: Client, town, pack, supervisor) -> None:
    making.make(area_of(EAST))
    client.force_login(supervisor)
    assert [each["code"] for each in client.get("/packs/").json()["packs"]] == [WEST]
    assert client.get(f"/packs/{WEST}.pmtiles").status_code == 200
    hidden, unmade = (client.get(f"/packs/{code}.pmtiles") for code in (EAST, "nothing"))
    assert hidden.status_code == unmade.status_code == 404
    assert hidden.json()["code"] == unmade.json()["code"] == "unknown_pack"


def test_a_part_of_an_area_is_not_enough_for_its_pack(client: Client, town, supervisor) -> None:
    making.make(area_of("440310"))
    client.force_login(supervisor)
    assert client.get("/packs/440310.json.gz").status_code == 404


def test_a_right_that_has_ended_gives_no_pack(client: Client, town, pack, supervisor) -> None:
    client.force_login(supervisor)
    supervisor.grants.all().delete()
    assert client.get(f"/packs/{WEST}.pmtiles").status_code == 404


@pytest.mark.parametrize("url", ["/packs/", f"/packs/{WEST}.pmtiles", f"/packs/{WEST}.json.gz"])
def test_the_anonymous_must_log_in(client: Client, town, pack, url: str) -> None:
    assert client.get(url).status_code == 401


@pytest.mark.parametrize("since", ["20200101T000000000000Z-0000000000000000", "../../admin", "x"])
def test_since_a_version_that_is_not_kept_there_is_no_delta(web: Client, town, pack, since: str) -> None:
    answer = web.get(f"/packs/{WEST}.pmtiles", {"since": since})
    assert (answer.status_code, answer.json()["code"]) == (404, "unknown_pack")


def test_the_command_makes_the_packs_of_all_communities(town) -> None:
    said = StringIO()
    division("community", "440310001009", "无界社区", None, None)
    call_command("make_packs", stdout=said)
    assert [shelf.newest(code) is not None for code in (WEST, EAST, "440310")] == [True, True, False]
    call_command("make_packs", WEST, stdout=said)
    assert said.getvalue().splitlines()[-1].endswith("unchanged")
    with pytest.raises(CommandError, match="unknown_pack"):
        call_command("make_packs", "nowhere")
