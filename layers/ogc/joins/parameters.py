"""Parameters of a stored query (Part 10, "Parameterized Stored Query"): declared by JSON Schema, put in when it runs.

Pure.
"""

import re
from collections.abc import Mapping, Set
from typing import Any

import jsonschema
import orjson

from gisserver.common.errors import Invalid
from gisserver.common.sentences import Sentence

MAX_PARAMETERS = 20
PARAMETER = "$parameter"
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,39}")
_REFERENCE = re.compile(r"#/parameters/([A-Za-z][A-Za-z0-9_]{0,39})")
_TYPES = {"string", "integer", "number", "boolean", "array", "object"}
# What a schema may say; no patterns, whose evaluation has no bound, and nothing that is fetched.
_WORDS = {
    "type", "title", "description", "default", "enum", "items", "minimum", "maximum", "minLength", "maxLength",
    "minItems", "maxItems", "format",
}  # fmt: skip
# A parameter of the address may not be called so.
_RESERVED = {"f", "next", "limit"}

Schema = dict[str, Any]


def declared(expression: Any) -> dict[str, Schema]:
    """Return the schema of each parameter of a query expression, by name. Raises Invalid ``bad_query``."""
    found: dict[str, Schema] = {}
    top = expression.get("parameters", {}) if isinstance(expression, dict) else {}
    if not isinstance(top, dict):
        raise _bad(Sentence("parameters is an object: a schema for each name."))
    for name, schema in top.items():
        found[name] = _checked(name, schema)
    for name, schema in _mentioned(expression):
        if schema is not None and name not in found:
            found[name] = _checked(name, schema)
        if name not in found:
            raise _bad(Sentence("There is no schema of the parameter {name!r}.", name=name))
    if len(found) > MAX_PARAMETERS:
        raise _bad(Sentence("A query has at most {most} parameters.", most=MAX_PARAMETERS))
    return found


def values_of(schemas: Mapping[str, Schema], given: Mapping[str, str]) -> dict[str, Any]:
    """Return a value for each parameter, of what an address or a form gives; raises Invalid ``bad_value``."""
    unknown = sorted(set(given) - set(schemas))
    if unknown:
        told = Sentence("Unknown parameter: {unknown}.", unknown=", ".join(unknown)[:200])
        raise Invalid("unknown_parameter", told, parameter=unknown[0])
    return {name: _value(name, schema, given.get(name)) for name, schema in schemas.items()}


def filled(expression: Any, values: Mapping[str, Any]) -> Any:
    """Return the expression with the values in place of its parameters."""
    if isinstance(expression, dict):
        if expression.keys() == {PARAMETER}:
            return values[_named(expression[PARAMETER])[0]]
        return {name: filled(value, values) for name, value in expression.items() if name != "parameters"}
    return [filled(each, values) for each in expression] if isinstance(expression, list) else expression


def _mentioned(expression: Any) -> list[tuple[str, Any]]:
    """Return the name of each parameter that is mentioned, and its schema if it stands there."""
    found, level = [], [expression]
    while level:
        each = level.pop()
        if isinstance(each, dict) and PARAMETER in each:
            if len(each) > 1:
                raise _bad(Sentence("Beside $parameter stands nothing."))
            found.append(_named(each[PARAMETER]))
        elif isinstance(each, dict):
            level.extend(value for name, value in each.items() if name != "parameters")
        elif isinstance(each, list):
            level.extend(each)
    return found


def _named(parameter: Any) -> tuple[str, Any]:
    """Return name and schema of ``{"name": schema}``, or the name of ``{"$ref": "#/parameters/name"}``."""
    if isinstance(parameter, dict) and len(parameter) == 1:
        [(name, schema)] = parameter.items()
        if name != "$ref":
            return name, schema
        match = _REFERENCE.fullmatch(schema) if isinstance(schema, str) else None
        if match:
            return match[1], None
    raise _bad(Sentence("$parameter holds a name with its schema, or a $ref to #/parameters/name."))


def _checked(name: str, schema: Any, types: Set[str] = _TYPES) -> Schema:
    if not _NAME.fullmatch(name) or name in _RESERVED:
        raise _bad(Sentence("{name!r} is no name of a parameter.", name=name[:60]))
    kind = schema.get("type") if isinstance(schema, dict) else None
    if not isinstance(schema, dict) or not isinstance(kind, str) or kind not in types or set(schema) - _WORDS:
        told = Sentence("The schema of {name} has a type of: {types}; and of JSON Schema only: {words}.",
                        name=name, types=", ".join(sorted(types)), words=", ".join(sorted(_WORDS)))  # fmt: skip
        raise _bad(told)
    if "items" in schema:
        _checked(name, schema["items"], _TYPES - {"array"})
    try:
        jsonschema.Draft202012Validator.check_schema(schema)
    except jsonschema.SchemaError as error:
        raise _bad(Sentence("The schema of {name} is wrong: {why}", name=name, why=error.message[:200])) from None
    if "default" in schema:
        _demand(name, schema, schema["default"])
    return schema


def _value(name: str, schema: Schema, text: str | None) -> Any:
    if text is None:
        if "default" not in schema:
            raise Invalid("missing_parameter", Sentence("{name} is needed.", name=name), parameter=name)
        return schema["default"]
    if schema["type"] == "array":
        items = schema.get("items", {"type": "string"})
        value: Any = [_read(items["type"], part) for part in text.split(",")]
    else:
        value = _read(schema["type"], text)
    _demand(name, schema, value)
    return value


def _read(kind: str, text: str) -> Any:
    """Return a text as what it says in the type; as it stands where it says none, which the schema refuses."""
    if kind == "string":
        return text
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:
        return text


def _demand(name: str, schema: Schema, value: Any) -> None:
    """Refuse a value that the schema does not allow, and an object that is no geometry."""
    error = jsonschema.exceptions.best_match(jsonschema.Draft202012Validator(schema).iter_errors(value))
    if error is not None:
        told = Sentence("{name} does not fit its schema: {why}", name=name, why=error.message[:200])
        raise Invalid("bad_value", told, parameter=name)
    objects = [each for each in (value if isinstance(value, list) else [value]) if isinstance(each, dict)]
    if any(not {"type", "coordinates"} >= set(each) for each in objects):
        raise Invalid("bad_value", Sentence("{name} is a geometry in GeoJSON.", name=name), parameter=name)


def _bad(detail: Sentence) -> Invalid:
    return Invalid("bad_query", detail)
