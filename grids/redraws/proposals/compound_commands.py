"""Compound commands, logged as simple ones: a transfer of buildings as one of an area, a balanced split as splits."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any, ClassVar

from django.contrib.auth.models import User
from django.db import transaction
from shapely.geometry.base import BaseGeometry

from gisserver.common.db.clock import database_now
from gisserver.common.errors import Invalid, Refused
from gisserver.common.sentences import Sentence
from grids.balancing.split_balanced import cuts
from grids.balancing.to_commands import Rim
from grids.balancing.transfer_units import units_to_transfer
from grids.editing.refusals import Code, EditRefused
from grids.editing.rules import RECORDED
from grids.editing.verbs.arguments import GRID, Kind, as_is
from grids.editing.verbs.split import Split
from grids.editing.verbs.transfer import Transfer
from grids.editing.verbs.verb import VERBS, Command, Verb, argument, register
from grids.models import Redraw
from grids.redraws.commands.services import Drawn, add, add_command, editable
from grids.redraws.draft.community_draft import CommunityDraft, DraftCommand
from grids.redraws.proposals.assets import MEASURES, Assets, assets_on, checked_measure, drafts_of, units_with
from grids.redraws.storage.errors import problem, refuse
from grids.redraws.storage.loading import communities_for

MAX_BUILDINGS = 2000
PARTS = (2, 20)


@dataclass(frozen=True, kw_only=True)
class CompoundVerb(Verb):
    """A verb whose commands are logged as others: ``draw`` adds these to a locked redraw."""

    draw: Callable[[Redraw, User, Any], Drawn]


@transaction.atomic
def draw(*, user: User, redraw_id: int, command: Command) -> Drawn:
    """Add a command, or those that a compound one expands to; as `grids.redraws.commands.services.add_command`.

    The answer to several has their numbers, and one undo undoes them all.
    """
    verb = VERBS[type(command)]
    if isinstance(verb, CompoundVerb):
        return verb.draw(editable(user, redraw_id), user, command)
    assert isinstance(command, DraftCommand)  # noqa: S101 -- whatever is not compound is logged as it is
    return add_command(user=user, redraw_id=redraw_id, command=command)


def _read_buildings(value: Any) -> tuple[int, ...]:
    numbers = isinstance(value, list) and all(isinstance(each, int) and not isinstance(each, bool) for each in value)
    if not numbers or not 0 < len(value) <= MAX_BUILDINGS:
        raise Invalid(
            "bad_buildings",
            Sentence("buildings must be a list of 1 to {max_buildings} ids.", max_buildings=MAX_BUILDINGS),
        )
    return tuple(value)


def _read_parts(value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not PARTS[0] <= value <= PARTS[1]:
        raise Invalid(
            "bad_parts",
            Sentence("parts must be a whole number from {fewest} to {most}.", fewest=PARTS[0], most=PARTS[1]),
        )
    return value


BUILDINGS = Kind(
    _read_buildings, list, {"type": "array", "items": {"type": "integer"}, "minItems": 1, "maxItems": MAX_BUILDINGS}
)
NUMBER_OF_PARTS = Kind(_read_parts, as_is, {"type": "integer", "minimum": PARTS[0], "maximum": PARTS[1]})
MEASURE = Kind(lambda value: checked_measure(str(value)), as_is, {"type": "string", "enum": list(MEASURES)})


@dataclass(frozen=True)
class TransferBuildings(Command):
    """Give buildings of one grid, with the area that goes with them, to another."""

    verb: ClassVar[str] = "transfer"
    source: str = field(metadata=argument(GRID, "from"))
    target: str = field(metadata=argument(GRID, "to"))
    buildings: tuple[int, ...] = field(metadata=argument(BUILDINGS))


@dataclass(frozen=True)
class SplitBalanced(Command):
    """Cut a grid into parts of about equal load."""

    verb: ClassVar[str] = "split_balanced"
    grid: str = field(metadata=argument(GRID))
    parts: int = field(metadata=argument(NUMBER_OF_PARTS))
    measure: str = field(default="households", metadata=argument(MEASURE))


def _transfer(redraw: Redraw, user: User, command: TransferBuildings) -> Drawn:
    source, target, wanted = command.source, command.target, command.buildings
    if source == target:
        raise refuse(Code.MALFORMED, field="from")
    draft = _draft(redraw, command)
    assets = assets_on(user, draft, only=[source])
    basic_units = assets.basic_units
    chosen = units_with(assets, wanted, source)
    keys = basic_units.keys.index(source), basic_units.keys.index(target)
    area = basic_units.area_of(sorted(units_to_transfer(basic_units, chosen, *keys)))
    drawn = add(redraw, user, Transfer(source, target, Rim(draft.coverage).reached(area)), rules=RECORDED)
    return replace(drawn, warnings=_taken_too(assets, chosen, set(wanted)) + drawn.warnings)


def _taken_too(assets: Assets, chosen: set[int], wanted: set[int]) -> list[dict[str, Any]]:
    """Return a warning when buildings that touch the chosen ones are transferred too."""
    there = {assets.buildings[each] for unit in chosen for each in assets.basic_units.buildings[unit]}
    more = sorted(there - wanted)
    if not more:
        return []
    detail = Sentence("Buildings that touch the chosen ones go with them.")
    return [{"code": "TAKES_ADJOINING", "detail": detail, "geometry": None, "about": {"buildings": more}}]


def _split(redraw: Redraw, user: User, command: SplitBalanced) -> Drawn:
    grid = command.grid
    draft = _draft(redraw, command)
    assets = assets_on(user, draft, only=[grid])
    areas = _areas(assets, grid, command.parts, command.measure)
    changed: dict[str, Any] = {}
    warnings: list[dict[str, Any]] = []
    numbers: tuple[int, ...] = ()
    now = database_now()
    for area in areas:
        drawn = add(redraw, user, Split(grid, area=area), rules=RECORDED, at=now)
        numbers += drawn.numbers
        changed |= {row["code"]: row for row in drawn.changed}
        warnings += drawn.warnings
    return Drawn(drawn.number, [changed[code] for code in sorted(changed)], warnings, numbers)


def _areas(assets: Assets, grid: str, parts: int, measure: str) -> list[BaseGeometry]:
    """Return the areas to split off; raises Refused when too few basic units carry a load."""
    basic_units, weights = assets.basic_units, assets.weights(measure)
    home = basic_units.keys.index(grid)
    loaded = sum(weight > 0 and own == home for weight, own in zip(weights, basic_units.home.tolist(), strict=True))
    if loaded < parts:
        raise Refused(
            "TOO_FEW_BUILDINGS",
            Sentence(
                "Only {loaded} places in the grid carry any load; it can't be shared out among {parts}.",
                loaded=loaded,
                parts=parts,
            ),
            about={"grid": grid, "places": loaded, "parts": parts},
        )
    try:
        return cuts(assets.draft.coverage, grid, basic_units, weights, parts)
    except EditRefused as refused:
        raise problem(refused.refusal) from refused


def _draft(redraw: Redraw, command: Command) -> CommunityDraft:
    """Return the community draft that has the grids which a command names; raises Refused."""
    keys = command.grids_named
    drafts = drafts_of(redraw, communities_for(redraw, command))
    missing = [key for key in keys if not any(key in draft.coverage for draft in drafts.values())]
    if missing:
        raise refuse(Code.UNKNOWN_GRID, grid=missing[0])
    if len(drafts) > 1:
        raise refuse(Code.OTHER_COMMUNITY, grids=sorted(keys))
    return next(iter(drafts.values()))


register(CompoundVerb(command=TransferBuildings, marker="buildings", draw=_transfer))
register(CompoundVerb(command=SplitBalanced, draw=_split))
