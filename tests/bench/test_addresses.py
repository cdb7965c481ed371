"""The generator of noisy addresses: the same for the same seed, true to its truth, apart from the pipeline."""

import ast
from pathlib import Path
from random import Random

import pytest

import bench.addresses
from bench.addresses.cases import noisy_cases
from bench.addresses.families import LOSSLESS, LOSSY, noisy
from bench.addresses.pieces import Home, Part, pieces_of, stem_of, written
from bench.addresses.register import Town, distance
from bench.addresses.signs import counted, spelled_out, traditional

HOME = "浙江省杭州市云溪区松涛街道北浦社区"


def home(building: int, text: str, unit: int | None = None) -> Home:
    pieces = pieces_of(HOME + text)
    assert pieces is not None
    return Home(building, unit, pieces, 1)


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("翰林花园3栋2单元501", {Part.NAME: "翰林花园", Part.BLOCK: "3", Part.STAIR: "2", Part.FLAT: "501"}),
        ("松涛东路12-1号", {Part.NAME: "松涛东路", Part.DOOR: "12-1"}),
        ("石桥村十一巷2号301", {Part.NAME: "石桥村", Part.ALLEY: "十一", Part.DOOR: "2", Part.FLAT: "301"}),
        ("振业工业园A栋", {Part.NAME: "振业工业园", Part.BLOCK: "A"}),
    ],
)
def test_a_standard_address_is_cut_into_its_pieces(text: str, parts: dict[Part, str]) -> None:
    pieces = home(1, text).pieces
    assert written(pieces) == HOME + text
    assert {part: stem_of(pieces, part) for part in parts} == parts


def test_the_same_seed_makes_the_same_noise() -> None:
    homes = [home(n, f"翰林花园{n}栋2单元501", n) for n in range(1, 30)]
    twice = [list(noisy_cases(homes, Town(homes), each=3, seed=7)) for _ in range(2)]
    assert twice[0] == twice[1]
    assert {case.family for case in twice[0]} > {"width", "homophones", "two or three"}


@pytest.mark.parametrize("family", [f for f in (*LOSSLESS, *LOSSY) if f.pieces], ids=lambda f: f.name)
def test_no_family_touches_the_number_of_the_house(family: object) -> None:
    pieces = home(1, "翰林花园37栋").pieces
    made = noisy(pieces, [family], Random(1))  # type: ignore[list-item]
    assert made is None or "37" in made[0] or "三十七" in made[0]


def test_a_slip_that_could_mean_two_homes_is_not_determined() -> None:
    two = [home(1, "翰林苑3栋"), home(2, "翰秀苑3栋")]
    town = Town(two)
    spoken = pieces_of(HOME + "翰木苑3栋") or ()
    assert not town.determined(two[0], spoken)
    assert Town(two[:1]).determined(two[0], spoken)


def test_a_further_address_of_another_building_shares_the_door_plate() -> None:
    house = home(1, "松涛东路12号")
    assert Town([house], [home(2, "松涛东路12号")]).shared(house)
    assert not Town([house], [home(1, "松涛东路12号"), home(2, "松涛东路2号")]).shared(house)


@pytest.mark.parametrize(
    ("one", "other", "far"),
    [
        ("翰林苑", "翰林苑", 0),
        ("翰林苑", "翰木苑", 1),
        ("翰林苑", "林翰苑", 1),
        ("文英", "文英家园", 1),
        ("东路", "西湖", 2),
    ],
)
def test_names_differ_by_so_many_signs(one: str, other: str, far: int) -> None:
    assert distance(one, other) == far


@pytest.mark.parametrize(
    ("number", "spoken"), [("12", "十二"), ("108", "一百零八"), ("20", "二十"), ("1010", "一千零一十")]
)
def test_numbers_are_counted_as_people_do(number: str, spoken: str) -> None:
    assert counted(number) == spoken


def test_signs_are_written_otherwise() -> None:
    assert spelled_out("301") == "三〇一"
    assert traditional("龙湖花园") == "龍湖花園"


def test_the_generator_imports_nothing_of_the_pipeline_it_judges() -> None:
    folder = Path(bench.addresses.__file__).parent
    imported = {name for file in folder.glob("*.py") for name in imports(file)}
    assert [name for name in imported if name.startswith("buildings")] == []


def imports(file: Path) -> set[str]:
    nodes = ast.walk(ast.parse(file.read_text(encoding="utf-8")))
    return {node.module or "" for node in nodes if isinstance(node, ast.ImportFrom)}
