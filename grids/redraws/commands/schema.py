"""Commands as doors and tables write them: bodies in, the engine's commands and those on names out."""

from collections.abc import Mapping
from typing import Any

import shapely

from gisserver.common.errors import Invalid
from gisserver.common.geo.crs import parse_crs
from gisserver.common.sentences import Sentence
from grids.editing.commands import VERBS, Command, from_json
from grids.editing.refusals import EditRefused
from grids.models import GridKind
from grids.redraws.commands.geometry import to_survey
from grids.redraws.draft.attribute_commands import NAMING_VERBS, Naming
from grids.redraws.storage.errors import problem
from grids.redraws.storage.geojson import to_lonlat

Body = dict[str, Any]
AnyCommand = Command | Naming

MEMBERS = {
    "split": {"grid", "new", "line", "area", "new_side", "snap_m"},
    "merge": {"grids", "keep"},
    "reshape": {"line", "snap_m"},
    "transfer": {"from", "to", "area", "buildings", "snap_m"},
    "move_node": {"node", "to", "snap_m"},
    "insert_node": {"at", "edge", "snap_m"},
    "remove_node": {"node", "snap_m"},
    "rename": {"grid", "name"},
    "set_kind": {"grid", "kind"},
    # Carried out as splits; a transfer of buildings is carried out as one of an area
    # (`grids.redraws.proposals.compound_commands`).
    "split_balanced": {"grid", "parts", "measure"},
}
GEOMETRIES = ("line", "area", "node", "to", "at", "edge")
CODES = ("grid", "grids", "keep", "new", "from", "to")
MAX_SNAP_M = 10.0
MAX_NAME = 100


def in_survey(body: Any) -> Body:
    """Return a command's body with its geometry in the survey CRS, its members known; raises Invalid or Refused."""
    known = checked_members(body)
    verb = known["verb"]
    crs = parse_crs(_text(known.get("crs", "wgs84"), "crs"))
    _check_snap(known.get("snap_m"))
    return {
        name: to_survey(value, crs, name) if name in GEOMETRIES and not (verb == "transfer" and name == "to") else value
        for name, value in known.items()
        if name != "crs" and value is not None
    }


def checked_members(body: Any) -> Mapping[str, Any]:
    """Return a command's body whose verb and members are known; raises Invalid."""
    if not isinstance(body, Mapping):
        raise Invalid("MALFORMED", "A command is a JSON object with a verb.")
    verb = body.get("verb")
    if not isinstance(verb, str) or verb not in MEMBERS:
        raise Invalid(
            "unknown_verb",
            Sentence("The verb must be one of {members}.", members=", ".join(MEMBERS)),
            verbs=sorted(MEMBERS),
        )
    unknown = sorted(set(body) - MEMBERS[verb] - {"verb", "crs"})
    if unknown:
        raise Invalid(
            "unknown_member",
            Sentence("{verb} knows no member {unknown!r}.", verb=verb, unknown=str(unknown[0])[:60]),
            known=sorted(MEMBERS[verb]),
        )
    return body


def _text(value: Any, name: str) -> str:
    if not isinstance(value, str):
        raise Invalid("MALFORMED", Sentence("{name} must be text.", name=name), field=name)
    return value


def _texts(value: Any) -> list[str]:
    return [each for each in (value if isinstance(value, list) else [value]) if isinstance(each, str)]


def _check_snap(value: Any) -> None:
    number = isinstance(value, int | float) and not isinstance(value, bool)
    if value is not None and not (number and 0 <= value <= MAX_SNAP_M):
        raise Invalid(
            "bad_snap_m", Sentence("snap_m must be a number from 0 to {max_snap_m:.0f}.", max_snap_m=MAX_SNAP_M)
        )


def command_of(body: Mapping[str, Any]) -> AnyCommand:
    """Return the command of a body in the survey CRS; raises Invalid or Refused."""
    codes = [code for name in CODES for code in _texts(body.get(name))]
    if not all(code.isprintable() for code in codes):
        raise Invalid("MALFORMED", "A code holds characters that no code has.")
    if body["verb"] in VERBS:
        try:
            return from_json(body)
        except EditRefused as refused:
            raise problem(refused.refusal) from refused
    if body["verb"] not in NAMING_VERBS:
        raise Invalid(
            "unknown_verb", Sentence("{verb} must be drawn as the commands that it stands for.", verb=body["verb"])
        )
    member = NAMING_VERBS[body["verb"]]
    grid, value = _text(body.get("grid"), "grid"), _text(body.get(member), member).strip()
    if member == "kind" and value not in GridKind.values:
        raise Invalid("bad_kind", Sentence("kind must be one of {values}.", values=", ".join(GridKind.values)))
    if not 0 < len(value) <= MAX_NAME or not value.isprintable():
        raise Invalid(
            f"bad_{member}",
            Sentence("{member} must be text of 1 to {max_name} characters.", member=member, max_name=MAX_NAME),
        )
    return Naming(body["verb"], grid, value)


def shown(arguments: Mapping[str, Any]) -> Body:
    """Return stored arguments for a reader: geometry as GeoJSON in longitude and latitude."""
    return {
        name: to_lonlat(shapely.geometry.shape(value)) if isinstance(value, Mapping) else value
        for name, value in arguments.items()
    }
