"""Commands that are said in few words and carried out as ordinary ones: a transfer of buildings, a balanced split."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction
from shapely.geometry.base import BaseGeometry

from gisserver.common.db.clock import database_now
from gisserver.common.errors import Invalid, Refused
from gisserver.common.sentences import Sentence
from grids.balancing.split_balanced import cuts
from grids.balancing.to_commands import Rim
from grids.balancing.transfer_units import ground_with
from grids.editing.commands import Merge, Split, Transfer
from grids.editing.refusals import Code, EditRefused
from grids.editing.rules import RECORDED
from grids.models import Redraw
from grids.redraws.commands.schema import checked_members
from grids.redraws.commands.services import Drawn, add, add_command, editable
from grids.redraws.draft.community_draft import Sheet
from grids.redraws.proposals.assets import Standing, atoms_with, checked_measure, sheets_of, standing_on
from grids.redraws.storage.errors import problem, refuse
from grids.redraws.storage.loading import communities_for

MAX_BUILDINGS = 2000
PARTS = (2, 20)


def draw(*, user: User, redraw_id: int, body: Any) -> Drawn:
    """Take one more command, or those that a short one stands for; as `grids.redraws.commands.services.add_command`.

    A transfer of ``buildings`` becomes one of the ground that goes with them, `split_balanced` as many splits as it
    takes; the answer then has their numbers, and one undo takes them all back.
    """
    if isinstance(body, Mapping) and body.get("verb") == "split_balanced":
        with transaction.atomic():
            return _split(user, editable(user, redraw_id), checked_members(body))
    if isinstance(body, Mapping) and body.get("verb") == "transfer" and "buildings" in body:
        with transaction.atomic():
            return _transfer(user, editable(user, redraw_id), checked_members(body))
    return add_command(user=user, redraw_id=redraw_id, body=body)


def _transfer(user: User, redraw: Redraw, body: Mapping[str, Any]) -> Drawn:
    source, target, wanted = body.get("from"), body.get("to"), body["buildings"]
    if not isinstance(source, str) or not isinstance(target, str) or source == target or "area" in body:
        raise refuse(Code.MALFORMED, field="area" if "area" in body else "from")
    numbers = isinstance(wanted, list) and all(isinstance(each, int) and not isinstance(each, bool) for each in wanted)
    if not numbers or not 0 < len(wanted) <= MAX_BUILDINGS:
        raise Invalid(
            "bad_buildings",
            Sentence("buildings must be a list of 1 to {max_buildings} ids.", max_buildings=MAX_BUILDINGS),
        )
    sheet = _sheet(redraw, source, target)
    standing = standing_on(user, sheet, only=[source])
    atoms = standing.atoms
    chosen = atoms_with(standing, wanted, source)
    keys = atoms.keys.index(source), atoms.keys.index(target)
    ground = atoms.ground(sorted(ground_with(atoms, chosen, *keys)))
    drawn = add(redraw, user, Transfer(source, target, Rim(sheet.coverage).reached(ground)), rules=RECORDED)
    return replace(drawn, warnings=_taken_too(standing, chosen, wanted) + drawn.warnings)


def _taken_too(standing: Standing, chosen: set[int], wanted: list[int]) -> list[dict[str, Any]]:
    """Return a warning when buildings wall to wall with the chosen ones go with them."""
    there = {standing.buildings[each] for atom in chosen for each in standing.atoms.buildings[atom]}
    more = sorted(there - set(wanted))
    if not more:
        return []
    detail = Sentence("Buildings that touch the chosen ones go with them.")
    return [{"code": "TAKES_ADJOINING", "detail": detail, "geometry": None, "about": {"buildings": more}}]


def _split(user: User, redraw: Redraw, body: Mapping[str, Any]) -> Drawn:
    grid, parts = body.get("grid"), body.get("parts")
    if not isinstance(grid, str):
        raise refuse(Code.MALFORMED, field="grid")
    if not isinstance(parts, int) or isinstance(parts, bool) or not PARTS[0] <= parts <= PARTS[1]:
        raise Invalid(
            "bad_parts",
            Sentence("parts must be a whole number from {fewest} to {most}.", fewest=PARTS[0], most=PARTS[1]),
        )
    measure = checked_measure(str(body.get("measure", "households")))
    sheet = _sheet(redraw, grid)
    standing = standing_on(user, sheet, only=[grid])
    areas = _areas(standing, grid, parts, measure)
    changed: dict[str, Any] = {}
    warnings: list[dict[str, Any]] = []
    numbers: tuple[int, ...] = ()
    now = database_now()
    for area in areas:
        drawn = add(redraw, user, Split(grid, "", area=area), rules=RECORDED, at=now)
        numbers += drawn.numbers
        changed |= {row["code"]: row for row in drawn.changed}
        warnings += drawn.warnings
    return Drawn(drawn.number, [changed[code] for code in sorted(changed)], warnings, numbers)


def _areas(standing: Standing, grid: str, parts: int, measure: str) -> list[BaseGeometry]:
    """Return the areas to split off; raises Refused when there is too little to divide."""
    atoms, weights = standing.atoms, standing.weights(measure)
    home = atoms.keys.index(grid)
    loaded = sum(weight > 0 and own == home for weight, own in zip(weights, atoms.home.tolist(), strict=True))
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
        return cuts(standing.sheet.coverage, grid, atoms, weights, parts)
    except EditRefused as refused:
        raise problem(refused.refusal) from refused


def _sheet(redraw: Redraw, *keys: str) -> Sheet:
    """Return the draft's sheet that holds these grids; raises Refused."""
    sheets = sheets_of(redraw, communities_for(redraw, Merge(keys, keys[0])))
    missing = [key for key in keys if not any(key in sheet.coverage for sheet in sheets.values())]
    if missing:
        raise refuse(Code.UNKNOWN_GRID, grid=missing[0])
    if len(sheets) > 1:
        raise refuse(Code.OTHER_COMMUNITY, grids=sorted(keys))
    return next(iter(sheets.values()))
