"""What a command declares of a file's columns, as `layers.reading.declared.parse_declared` takes it."""

import csv
from argparse import ArgumentParser
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError

from gisserver.common.reading.times import HELP


def add_column_options(parser: ArgumentParser) -> None:
    """Declare the arguments that say what a column is."""
    parser.add_argument("--type", action="append", default=[], metavar="COLUMN=TYPE", help="string, integer, date, …")
    parser.add_argument("--format", action="append", default=[], metavar="COLUMN=FORM", help=f"of moments: {HELP}")
    parser.add_argument("--map-value", action="append", default=[], metavar="COLUMN:FROM=TO", help="a word for a word")
    parser.add_argument(
        "--map-values", action="append", default=[], metavar="COLUMN=FILE", help="a CSV of two columns: from, to"
    )
    parser.add_argument("--leave-out", action="append", default=[], metavar="COLUMN", help="do not publish it")


def columns_from(options: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """Return what the options say, by column. Raises CommandError for what is not written as the help shows."""
    columns: dict[str, dict[str, Any]] = {}
    for column, kind in map(_pair, options["type"]):
        columns.setdefault(column, {})["type"] = kind
    for column, form in map(_pair, options["format"]):
        columns.setdefault(column, {}).setdefault("format", []).append(form)
    for column, file in map(_pair, options["map_values"]):
        columns.setdefault(column, {}).setdefault("values", {}).update(_read(Path(file)))
    for said in options["map_value"]:
        column, separator, words = said.partition(":")
        if not separator:
            raise CommandError(f"--map-value takes COLUMN:FROM=TO, not {said!r}.")
        columns.setdefault(column, {}).setdefault("values", {}).update([_pair(words)])
    for column in options["leave_out"]:
        columns.setdefault(column, {})["leave_out"] = True
    return columns


def _pair(said: str) -> tuple[str, str]:
    name, separator, value = said.partition("=")
    if not separator:
        raise CommandError(f"NAME=VALUE is wanted, not {said!r}.")
    return name, value


def _read(path: Path) -> Iterable[tuple[str, str]]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            return [(row[0], row[1]) for row in csv.reader(file) if row]
    except (OSError, UnicodeDecodeError, IndexError, csv.Error) as error:
        raise CommandError(f"{path.name} is no CSV in UTF-8 with two columns: {error}") from error
