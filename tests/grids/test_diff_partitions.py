"""The command that writes the areas that changed their grid."""

from io import StringIO
from pathlib import Path

import geopandas
import pytest
from django.core.management import CommandError, call_command

from grids.models import GridVersion
from tests.factories import community_of, drawn, grid, hours_ago

pytestmark = pytest.mark.usefixtures("laws")


def test_the_area_of_a_moved_border(tmp_path: Path) -> None:
    """AAB until an hour ago, ABB since."""
    community = community_of("AAB")
    identities = {version.code: version.grid for version in GridVersion.objects.all()}
    moment = hours_ago(1)
    GridVersion.objects.all().end(moment)
    for code, shape in drawn("ABB").items():
        grid(code, shape, community, identity=identities[code], begins=moment)
    output, path = StringIO(), tmp_path / "changed.gpkg"

    call_command("diff_partitions", "--at", hours_ago(2).isoformat(), "-o", str(path), stdout=output, skip_checks=True)

    changed = geopandas.read_file(path)
    assert output.getvalue().startswith("1 areas, 10000.000 m²")
    assert (list(changed["old"]), list(changed["new"]), list(changed.area)) == (["A"], ["B"], [10_000])
    assert changed.crs.to_epsg() == 4547


def test_what_is_no_time_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="time"):
        call_command("diff_partitions", "--at", "x", "-o", str(tmp_path / "x.gpkg"), skip_checks=True)
