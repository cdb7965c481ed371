"""The JSON form of commands: request bodies are parsed, and described in OpenAPI, by the registry of verbs."""

from collections.abc import Callable, Mapping
from dataclasses import MISSING
from typing import Any

import shapely

from gisserver.common.errors import Invalid
from gisserver.common.geo.crs import parse_crs
from gisserver.common.sentences import Sentence
from grids.editing.refusals import Code, EditRefused
from grids.editing.verbs.arguments import NEW_CODE, SNAP
from grids.editing.verbs.verb import VERBS, Argument, Command, Verb, form_of, forms
from grids.models import GridKind
from grids.redraws.commands.geometry import to_survey
from grids.redraws.draft.attribute_commands import AttributeCommand
from grids.redraws.storage.errors import problem, refuse
from grids.redraws.storage.geojson import to_lonlat

Body = dict[str, Any]
MAX_SNAP_M = 10.0
MAX_NAME = 100


def verb_names() -> list[str]:
    """Return the verbs that a command may have, in alphabetical order."""
    return sorted({verb.name for verb in VERBS.values()})


def command_of(body: Any) -> Command:
    """Return the command of a request body, its geometry in the survey CRS; raises Invalid or Refused."""
    verb = _form(body)
    crs = parse_crs(_text(body.get("crs", "wgs84"), "crs"))
    arguments = {each.member: each for each in verb.arguments}
    given = {name: value for name, value in body.items() if name in arguments and value is not None}
    for name, value in given.items():
        _check(arguments[name], value)
    geometries = {name: to_survey(given[name], crs, name) for name in given if arguments[name].kind.geometry}
    try:
        command = verb.read(given | geometries)
    except EditRefused as refused:
        raise problem(refused.refusal) from refused
    return _checked_attribute(command) if isinstance(command, AttributeCommand) else command


def _form(body: Any) -> Verb:
    """Return the form of a verb that a body has; raises Invalid for unknown members."""
    if not isinstance(body, Mapping):
        raise Invalid("MALFORMED", "A command is a JSON object with a verb.")
    verb = form_of(body)
    if verb is None:
        names = verb_names()
        raise Invalid(
            "unknown_verb", Sentence("The verb must be one of {members}.", members=", ".join(names)), verbs=names
        )
    known = sorted({each.member for form in forms(verb.name) for each in form.arguments})
    unknown = sorted(set(body) - {*known, "verb", "crs"})
    if unknown:
        raise Invalid(
            "unknown_member",
            Sentence("{verb} has no member {unknown!r}.", verb=verb.name, unknown=str(unknown[0])[:60]),
            known=known,
        )
    for name in sorted(set(known) - {each.member for each in verb.arguments}):
        if body.get(name) is not None:  # a member of another form: the body is ambiguous
            raise refuse(Code.MALFORMED, field=name)
    return verb


def _check(argument: Argument, value: Any) -> None:
    """Refuse what is only allowed in a log, not in a request."""
    if argument.kind is SNAP:
        _check_snap(value)
    if argument.kind.names_grids or argument.kind is NEW_CODE:
        codes = [each for each in (value if isinstance(value, list) else [value]) if isinstance(each, str)]
        if not all(code.isprintable() for code in codes):
            raise Invalid("MALFORMED", "A code holds characters that no code has.")


def _text(value: Any, name: str) -> str:
    if not isinstance(value, str):
        raise Invalid("MALFORMED", Sentence("{name} must be text.", name=name), field=name)
    return value


def _check_snap(value: Any) -> None:
    number = isinstance(value, int | float) and not isinstance(value, bool)
    if not (number and 0 <= value <= MAX_SNAP_M):
        raise Invalid(
            "bad_snap_m", Sentence("snap_m must be a number from 0 to {max_snap_m:.0f}.", max_snap_m=MAX_SNAP_M)
        )


def _checked_attribute(command: AttributeCommand) -> AttributeCommand:
    """Return the command without spaces around its value; raises Invalid for a value that the attribute can't have."""
    value = command.value.strip()
    CHECKS[command.attribute](value)
    return command.with_value(value)


def _check_name(value: str) -> None:
    if not 0 < len(value) <= MAX_NAME or not value.isprintable():
        raise Invalid(
            "bad_name",
            Sentence("{member} must be text of 1 to {max_name} characters.", member="name", max_name=MAX_NAME),
        )


def _check_kind(value: str) -> None:
    if value not in GridKind.values:
        raise Invalid("bad_kind", Sentence("kind must be one of {values}.", values=", ".join(GridKind.values)))


# By the attribute that a command sets.
CHECKS: dict[str, Callable[[str], None]] = {"name": _check_name, "kind": _check_kind}


def body_schema() -> Body:
    """Return the JSON Schema of a request body: one of the forms of the registered verbs."""
    return {"oneOf": [_form_schema(verb) for verb in sorted(VERBS.values(), key=lambda each: (each.name, each.marker))]}


def _form_schema(verb: Verb) -> Body:
    members = {each.member: dict(each.kind.schema) for each in verb.arguments}
    required = [each.member for each in verb.arguments if each.default is MISSING]
    return {
        "type": "object",
        "title": verb.name,
        "description": verb.command.__doc__ or "",
        "properties": {"verb": {"type": "string", "enum": [verb.name]}, **members, "crs": {"type": "string"}},
        "required": ["verb", *required],
        "additionalProperties": False,
    }


def shown(arguments: Mapping[str, Any]) -> Body:
    """Return stored arguments with their geometry as GeoJSON in longitude and latitude."""
    return {
        name: to_lonlat(shapely.geometry.shape(value)) if isinstance(value, Mapping) else value
        for name, value in arguments.items()
    }
