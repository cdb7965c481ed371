"""The approval package: the register, the paper, the machine file and the list, of a draft and as it was published."""

import ast
import csv
import io
import zipfile
from pathlib import Path
from typing import Any

import pyogrio
import pytest
import reportlab
import shapely
from django.test import Client
from fontTools.ttLib import TTFont

from buildings.services import assign_buildings
from grids.models import Division
from grids.redraws import package as package_folder
from grids.redraws.package import fonts, maps
from grids.redraws.package.wording import TEXTS
from tests import factories
from tests.factories import at, community_of
from tests.redrawing import Draft, check_constraints, line, point, survey

pytestmark = pytest.mark.usefixtures("laws")
FILES = {"moves.csv", "register.csv", "register.pdf", "redraw.gpkg"}


@pytest.fixture
def community(laws: None) -> Division:
    """AABB
    CCBB
    """
    made = community_of("AABB/CCBB")
    check_constraints()
    return made


@pytest.fixture
def redrawn(draft: Draft) -> Draft:
    """The south of B becomes N, with a house on it; A goes to C."""
    factories.building(at(3, 0.5), name="甲楼")
    assign_buildings()
    draft.draw("split", grid="B", line=line((2, 1), (4, 1)), new="N", new_side="right")
    draft.draw("merge", grids=["A", "C"], keep="C")
    return draft


def package(draft: Draft) -> zipfile.ZipFile:
    response = draft.client.get(f"{draft.path}package/")
    assert response.status_code == 200
    assert response.headers["Content-Type"] == "application/zip"
    body = b"".join(response.streaming_content)
    return zipfile.ZipFile(io.BytesIO(body))


def table(found: zipfile.ZipFile, name: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(found.read(name).decode("utf-8-sig"))))


def test_the_register_says_what_becomes_of_each_grid(redrawn: Draft) -> None:
    rows = {row["网格编码 Grid code"]: row for row in table(package(redrawn), "register.csv")}
    assert {code: row["变更 Change"] for code, row in rows.items()} == {
        "A": "撤销 retired",
        "B": "调整 changed",
        "C": "调整 changed",
        "N": "新增 added",
    }
    sides = ("原面积 Area before (m²)", "新面积 Area after (m²)", "原楼栋 Buildings before", "新楼栋 Buildings after")
    assert [float(rows["B"][side]) for side in sides] == [40_000, 20_000, 1, 0]
    assert [float(rows["N"][side]) for side in sides] == [0, 20_000, 0, 1]


def test_a_grid_that_only_gets_a_vertex_is_told_apart(draft: Draft) -> None:
    """The cut through C sets a vertex on the border of A."""
    draft.draw("split", grid="C", line=line((0.5, 0), (0.5, 1)), new="N")
    rows = {row["网格编码 Grid code"]: row for row in table(package(draft), "register.csv")}
    assert rows["A"]["变更 Change"] == "仅界址点 vertices only"


def test_the_machine_file_in_the_survey_crs(redrawn: Draft, tmp_path: Path) -> None:
    (tmp_path / "redraw.gpkg").write_bytes(package(redrawn).read("redraw.gpkg"))
    layers = {name: layer(tmp_path / "redraw.gpkg", name) for name, _ in pyogrio.list_layers(tmp_path / "redraw.gpkg")}
    assert {name: info["crs"] for name, (info, _, _) in layers.items()} == dict.fromkeys(
        ("grids_before", "grids_after", "changes", "buildings_moved"), survey()
    )
    assert codes(layers["grids_before"], "code") == ["A", "B", "C"]
    assert codes(layers["grids_after"], "code") == ["B", "C", "N"]
    info, shapes, columns = layers["changes"]
    went = dict(zip(zip(columns["from_grid"], columns["to_grid"], strict=True), columns["area_m2"], strict=True))
    assert went == {("A", "C"): pytest.approx(20_000), ("B", "N"): pytest.approx(20_000)}
    _, shapes, columns = layers["buildings_moved"]
    assert (shapes[0].x, shapes[0].y) == (at(3, 0.5).x, at(3, 0.5).y)
    assert (columns["from_grid"][0], columns["to_grid"][0]) == ("B", "N")


def layer(path: Path, name: str) -> tuple[dict[str, Any], list[Any], dict[str, Any]]:
    info, _, shapes, values = pyogrio.raw.read(path, layer=name)
    return info, list(shapely.from_wkb(shapes)), dict(zip(info["fields"], values, strict=True))


def codes(found: tuple[dict[str, Any], list[Any], dict[str, Any]], column: str) -> list[str]:
    return sorted(found[2][column])


def test_the_paper_has_a_cover_a_register_and_a_plate_for_each_community(redrawn: Draft) -> None:
    paper = package(redrawn).read("register.pdf")
    assert paper.startswith(b"%PDF")
    assert paper.count(b"/Type /Page\n") == 3


def test_without_a_chinese_font_the_paper_names_one(redrawn: Draft, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fonts, "system_font", lambda: None)
    assert b"STSong-Light" in package(redrawn).read("register.pdf")


def test_what_is_published_stays_as_it_was_published(redrawn: Draft, reviewer: Client) -> None:
    planned = package(redrawn)
    redrawn.approved(reviewer).step("publish")
    later = Draft(redrawn.client, "440310001001")
    later.draw("merge", grids=["B", "N"], keep="B")
    later.approved(reviewer).step("publish")
    published = package(redrawn)
    assert [published.read(name) for name in ("register.csv", "moves.csv")] == [
        planned.read(name) for name in ("register.csv", "moves.csv")
    ]


def test_only_words_change(draft: Draft) -> None:
    draft.draw("rename", grid="A", name="公园")
    found = package(draft)
    [row] = table(found, "register.csv")
    assert (row["原名称 Name before"], row["新名称 Name after"]) == ("网格A", "公园")
    assert set(found.namelist()) == FILES


def test_a_draft_without_commands(draft: Draft) -> None:
    assert set(package(draft).namelist()) == FILES


def test_a_draft_that_no_longer_goes_has_none(draft: Draft, reviewer: Client) -> None:
    draft.draw("merge", grids=["A", "C"], keep="C")
    other = Draft(draft.client, "440310001001")
    other.draw("merge", grids=["A", "C"], keep="A")
    other.approved(reviewer).step("publish")
    response = draft.client.get(f"{draft.path}package/")
    assert (response.status_code, response.json()["code"]) == (409, "redraw_conflict")


def test_what_people_wrote_is_no_markup(draft: Draft) -> None:
    title = "<b>&\u0000<para>".replace("\u0000", "")
    redraw = Draft(draft.client, "440310001001", title=title)
    redraw.draw("move_node", node=point(2, 1), to=point(2.1, 1))
    assert set(package(redraw).namelist()) == FILES


class TestFonts:
    @pytest.mark.parametrize(
        "room", sorted(Path(package_folder.__file__).parent.rglob("*.py")), ids=lambda path: path.stem
    )
    def test_every_character_that_the_paper_prints_of_itself_is_asked_for(self, room: Path) -> None:
        nodes = list(ast.walk(ast.parse(room.read_text())))
        docstrings = {id(node.value) for node in nodes if isinstance(node, ast.Expr)}
        texts = [node.value for node in nodes if isinstance(node, ast.Constant) and id(node) not in docstrings]
        printed = {char for text in texts if isinstance(text, str) for char in text if not char.isascii()}
        assert printed <= {*"".join(TEXTS), *fonts.ALWAYS}

    def test_only_the_characters_used_are_embedded(self) -> None:
        vera = Path(reportlab.__file__).parent / "fonts" / "Vera.ttf"
        with TTFont(io.BytesIO(fonts.subset(vera, "ab网", "Paper"))) as font, TTFont(vera) as whole:
            assert sorted(font.getBestCmap()) == [ord("a"), ord("b")]
            assert font["hmtx"][font.getBestCmap()[ord("a")]][0] == whole["hmtx"]["a"][0]


class TestMaps:
    @pytest.mark.parametrize(("most_m", "length_m"), [(1.0, 1), (99, 50), (200, 200), (5400, 5000), (0.3, 0.2)])
    def test_a_bar_has_a_round_length(self, most_m: float, length_m: float) -> None:
        assert maps.round_length(most_m) == pytest.approx(length_m)

    @pytest.mark.parametrize(("length_m", "text"), [(200.0, "200 m"), (5000.0, "5 km"), (0.2, "0.2 m")])
    def test_as_people_say_it(self, length_m: float, text: str) -> None:
        assert maps.length_label(length_m) == text
