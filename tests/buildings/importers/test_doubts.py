"""Files whose declared CRS does not fit the buildings that stand there, or the communities that they name."""

import csv
from collections.abc import Callable
from io import StringIO
from pathlib import Path

import numpy as np
import pytest
from django.core.management import CommandError, call_command

from buildings.models import Building
from gisserver.common.db.validity import since
from gisserver.common.geo.crs import from_survey, parse_crs
from gisserver.common.imports.command import parse_moment
from tests.factories import ORIGIN, community_of, division

pytestmark = pytest.mark.usefixtures("laws")
Write = Callable[..., Path]

#   60 houses in a row, 40 m apart, and files of their positions


def row_of_houses() -> np.ndarray:
    return np.array([(ORIGIN[0] + 40.0 * number, ORIGIN[1] + 50.0) for number in range(60)])


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Write the houses' positions as they are in ``system``, with the community of each when one is named."""

    def file(system: str, community: str = "") -> Path:
        path = tmp_path / "places.csv"
        with path.open("w", encoding="utf-8", newline="") as out:
            lines = csv.writer(out)
            lines.writerow(["id", "lon", "lat", "community"])
            for number, (lon, lat) in enumerate(from_survey(row_of_houses(), parse_crs(system), 4547)):
                lines.writerow([f"p{number}", lon, lat, community])
        return path

    return file


@pytest.fixture
def known(laws: None) -> None:
    """The houses stand there already, each known by a point."""
    moment = parse_moment("2026-01-01")
    Building.objects.bulk_create(
        Building(location=f"SRID=4547;POINT({x} {y})", source="survey", source_ref=str(number), valid=since(moment))
        for number, (x, y) in enumerate(row_of_houses())
    )


def check(path: Path, crs: str) -> str:
    out = StringIO()
    call_command("check_crs", str(path), f"--crs={crs}", stdout=out)
    return out.getvalue()


def load(path: Path, capsys: pytest.CaptureFixture[str]) -> str:
    call_command("import_buildings", str(path), "--crs=wgs84", stdout=StringIO())
    return capsys.readouterr().err


@pytest.mark.usefixtures("known")
def test_a_true_declaration_is_told_to_fit(write: Write) -> None:
    assert "of 60 positions 60 fit what is known here as declared" in check(write("bd09"), "bd09")


@pytest.mark.usefixtures("known")
def test_a_false_declaration_is_told_with_the_better_one(write: Write) -> None:
    with pytest.raises(CommandError, match="crs_does_not_fit: the positions fit better read as bd09"):
        check(write("bd09"), "wgs84")


@pytest.mark.usefixtures("known")
def test_an_import_warns_of_it(write: Write, capsys: pytest.CaptureFixture[str]) -> None:
    community_of("A" * 30)
    assert "WARNING crs_does_not_fit: declared wgs84" in load(write("gcj02"), capsys)


@pytest.mark.usefixtures("known")
def test_an_import_that_fits_does_not(write: Write, capsys: pytest.CaptureFixture[str]) -> None:
    community_of("A" * 30)
    assert "WARNING" not in load(write("wgs84"), capsys)


def test_the_communities_that_rows_name_tell_it_too(write: Write, capsys: pytest.CaptureFixture[str]) -> None:
    community = community_of("A" * 30)
    code = community.versions.get().code
    assert "If it is gcj02" in load(write("gcj02", code), capsys)


def test_with_nothing_known_and_nothing_named_nothing_is_said(write: Write, capsys: pytest.CaptureFixture[str]) -> None:
    community_of("A" * 30)
    assert "WARNING" not in load(write("gcj02"), capsys)


def test_rows_that_name_another_community_than_the_one_around_their_place_are_told(
    write: Write, capsys: pytest.CaptureFixture[str]
) -> None:
    community_of("A" * 30)
    other = division("440310001002")
    told = load(write("wgs84", other.versions.get().code), capsys)
    assert "WARNING community_disagrees: 60 rows name another community than the one that their place is in" in told
    assert not Building.objects.filter(community=other).exists()
