"""The arguments of mending, shared by the commands that bring polygons in."""

from argparse import ArgumentParser
from collections.abc import Mapping
from typing import Any

from gisserver.common.errors import Invalid
from gisserver.common.sentences import Sentence
from grids.importers.advice import RepairLimits

_DEFAULTS = RepairLimits()


def add_repair_arguments(parser: ArgumentParser) -> None:
    """Declare --repair and its limits."""
    parser.add_argument(
        "--repair", action="store_true", help="mend small gaps and overlaps, and report what it changed"
    )
    parser.add_argument(
        "--gap-width",
        type=float,
        default=_DEFAULTS.gap_width_m,
        metavar="M",
        help="gaps up to so wide are closed",
    )
    parser.add_argument(
        "--crumb",
        type=float,
        default=_DEFAULTS.crumb_m2,
        metavar="M2",
        help="pieces that break off and are smaller than this area in m² go to the neighbour with the longest border",
    )
    parser.add_argument(
        "--max-change",
        default=f"{_DEFAULTS.max_share:.0%},{_DEFAULTS.max_m2:.0f}",
        metavar="LIMIT",
        help="refuse when a polygon changes by more than this share (1%%), area in m² (100), or both",
    )


def limits_from(options: Mapping[str, Any]) -> RepairLimits | None:
    """Return the limits that the arguments say, or None without --repair; Invalid ``bad_limit``."""
    if not options["repair"]:
        return None
    share = area = 0.0
    for part in options["max_change"].split(","):
        number = part.strip().rstrip("%")
        try:
            value = float(number)
        except ValueError:
            value = -1.0
        if not 0.0 <= value < float("inf"):
            raise Invalid(
                "bad_limit",
                Sentence(
                    "--max-change takes a share like 1%, an area in m² like 100, or both, not {part!r}.", part=part
                ),
            )
        if part.strip().endswith("%"):
            share = value / 100.0
        else:
            area = value
    return RepairLimits(
        gap_width_m=_positive(options["gap_width"], "--gap-width"),
        crumb_m2=_positive(options["crumb"], "--crumb"),
        max_share=share,
        max_m2=area,
    )


def _positive(value: float, argument: str) -> float:
    if not 0.0 <= value < float("inf"):
        raise Invalid(
            "bad_limit", Sentence("{argument} takes a number from 0 on, not {value}.", argument=argument, value=value)
        )
    return value
