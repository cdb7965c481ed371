"""Write a file of points with the grid of each; nothing enters the database."""

from argparse import ArgumentParser
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import geopandas
import numpy as np
import pandas as pd
from django.core.management.base import CommandError

from gisserver.common.commands import DatabaseCommand
from gisserver.common.errors import DomainError, Invalid
from gisserver.common.reading import Field, parse_mapping, resolve
from gisserver.common.reading.fields import POSITION_FIELDS
from gisserver.common.spreadsheets import BOM
from grids.bulk_assignment import PartitionAt

# So many rows of a CSV are held at once.
ROWS = 500_000
PLACE = tuple(Field(each.name, each.aliases, required=True) for each in POSITION_FIELDS if each.name in ("lon", "lat"))


class Command(DatabaseCommand):
    """assign FILE -o FILE [--crs CRS] [--at TIME] [--map lon=COLUMN] [--margins]"""

    help = "Add to a file of points (CSV, or any format of GDAL's) the grid of each, by the rule that incidents follow."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the files and what the coordinates are."""
        parser.add_argument("file", type=Path)
        parser.add_argument("-o", "--output", type=Path, required=True, metavar="FILE", help=".csv, .gpkg, .fgb, …")
        parser.add_argument("--crs", default="", help="of the coordinates; of a CSV it must be said")
        parser.add_argument("--at", metavar="TIME", help="by the grids of when (default now)")
        parser.add_argument(
            "--map", action="append", default=[], metavar="lon=COLUMN", help="which columns of a CSV are lon and lat"
        )
        parser.add_argument("--margins", action="store_true", help="also how far each is from the border of its grid")

    def handle(self, *args: Any, **options: Any) -> None:
        """Read, assign, write, and say how many were found by which rule."""
        found: Counter[str] = Counter()
        try:
            partition = PartitionAt.read(options["at"])
            for number, rows in enumerate(_assigned(partition, options)):
                found.update(rows["rule"].astype(str))
                found.update(f"none: {reason}" for reason in rows["reason"].astype(str)[rows["reason"] != ""])
                _write(rows, options["output"], is_first=number == 0)
        except (DomainError, OSError, ValueError) as error:
            raise CommandError(getattr(error, "detail", error)) from error
        counted = ", ".join(f"{count} {name}" for name, count in sorted(found.items()) if name != "none")
        self.stdout.write(f"{counted or 'no points'}: {options['output']}")


def _assigned(partition: PartitionAt, options: dict[str, Any]) -> Iterator[pd.DataFrame]:
    wanted = {"crs": options["crs"], "margins": options["margins"]}
    if options["file"].suffix.lower() != ".csv":
        yield partition.assign(geopandas.read_file(options["file"]), **wanted)
        return
    given = parse_mapping(options["map"])
    # As text, so that codes keep their zeros and numbers their digits.
    as_text: Any = {"dtype": str, "keep_default_na": False, "encoding": "utf-8-sig"}
    with pd.read_csv(options["file"], **as_text, chunksize=ROWS) as pieces:
        for rows in pieces:
            columns = resolve(list(rows.columns), wanted=PLACE, given=given)
            xy = np.column_stack([pd.to_numeric(rows[columns[each.name]], errors="coerce") for each in PLACE])
            yield rows.join(partition.assign(xy, **wanted).set_axis(rows.index), suffixes=("_given", ""))


def _write(rows: pd.DataFrame, path: Path, *, is_first: bool) -> None:
    if path.suffix.lower() == ".csv":
        plain = pd.DataFrame(rows.drop(columns="geometry", errors="ignore"))
        with path.open("w" if is_first else "a", encoding="utf-8", newline="") as file:
            if is_first:
                file.write(BOM)
            plain.to_csv(file, index=False, header=is_first)
    elif isinstance(rows, geopandas.GeoDataFrame):
        rows.astype(dict.fromkeys(("grid", "rule", "reason"), "str")).to_file(path)
    else:
        raise Invalid("bad_output", "A CSV of points is answered by a CSV: give --output FILE.csv.")
