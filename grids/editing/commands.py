"""Commands: edits as frozen values that can be kept, sent, replayed and reversed.

Their JSON is the body of `POST /api/redraws/{id}/commands/` (DESIGN §6), with coordinates in the survey CRS,
metres; whoever reads another CRS transforms first.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any, ClassVar

import shapely
from shapely.errors import ShapelyError
from shapely.geometry.base import BaseGeometry

from grids.editing.coverage.coverage import Coverage
from grids.editing.geometry.noding import REACH_MM
from grids.editing.geometry.shapes import MM_PER_M
from grids.editing.refusals import Code, EditRefused, Refusal, refusal_of
from grids.editing.rules import DEFAULT, SNAP_M, Rules
from grids.editing.verbs import insert_node, merge, move_node, remove_node, reshape, split, transfer
from grids.editing.verbs.steps import Step

Place = tuple[float, float]
Line = tuple[Place, ...]


@dataclass(frozen=True)
class Command:
    """One edit; the subclass says which verb, its fields are the verb's arguments."""

    verb: ClassVar[str]
    module: ClassVar[Any]

    def step(self, coverage: Coverage, rules: Rules = DEFAULT) -> Step:
        """Return the proved step; raise `EditRefused` if it can't be taken."""
        arguments = {each.name: getattr(self, each.name) for each in fields(self)}
        step: Step = self.module.step(coverage, rules=rules, **arguments)
        return step

    def act(self, coverage: Coverage, rules: Rules = DEFAULT) -> Coverage:
        """Return the coverage after the command; raise `EditRefused` if it can't be taken."""
        return self.step(coverage, rules).coverage

    def why_not(self, coverage: Coverage, rules: Rules = DEFAULT) -> Refusal | None:
        """Return why the command would be refused, or None if it would act."""
        return refusal_of(self.step, coverage, rules)

    def exact(self, step: Step) -> "Command":
        """Return the command with the values that took effect in ``step``: what a log should keep.

        Commands on neighbouring grids commute when they are exact: their vertices no longer depend on which
        came first.
        """
        own = {each.name for each in fields(self)}
        settled: dict[str, Any] = {name: None for name in ("line", "area", "edge", "new_side") if name in own}
        if "snap_m" in own:
            settled["snap_m"] = REACH_MM / MM_PER_M if "area" in step.exact else 0.0
        return type(self)(**settled | dict(step.exact))

    def to_json(self) -> dict[str, Any]:
        """Return the command as JSON values."""
        return {"verb": self.verb} | {
            _NAMES.get(each.name, each.name): _written(each.name, getattr(self, each.name))
            for each in fields(self)
            if getattr(self, each.name) is not None
        }


@dataclass(frozen=True)
class Split(Command):
    """Cut a grid in two, by a line or an area."""

    grid: str
    new_key: str
    line: Line | None = None
    area: BaseGeometry | None = None
    new_side: str | None = None
    snap_m: float = SNAP_M
    verb: ClassVar[str] = "split"
    module: ClassVar[Any] = split


@dataclass(frozen=True)
class Merge(Command):
    """Make several grids one."""

    grids: tuple[str, ...]
    keep: str
    verb: ClassVar[str] = "merge"
    module: ClassVar[Any] = merge


@dataclass(frozen=True)
class Reshape(Command):
    """Make a line the border between two grids."""

    line: Line
    snap_m: float = SNAP_M
    verb: ClassVar[str] = "reshape"
    module: ClassVar[Any] = reshape


@dataclass(frozen=True)
class Transfer(Command):
    """Give the ground of one grid inside an area to another."""

    source: str
    target: str
    area: BaseGeometry
    snap_m: float = SNAP_M
    verb: ClassVar[str] = "transfer"
    module: ClassVar[Any] = transfer


@dataclass(frozen=True)
class MoveNode(Command):
    """Move a vertex of borders."""

    node: Place
    to: Place
    snap_m: float = SNAP_M
    verb: ClassVar[str] = "move_node"
    module: ClassVar[Any] = move_node


@dataclass(frozen=True)
class InsertNode(Command):
    """Put a vertex on a border."""

    at: Place
    edge: tuple[Place, Place] | None = None
    snap_m: float = SNAP_M
    verb: ClassVar[str] = "insert_node"
    module: ClassVar[Any] = insert_node


@dataclass(frozen=True)
class RemoveNode(Command):
    """Take a vertex out of a border."""

    node: Place
    snap_m: float = SNAP_M
    verb: ClassVar[str] = "remove_node"
    module: ClassVar[Any] = remove_node


VERBS: dict[str, type[Command]] = {
    kind.verb: kind for kind in (Split, Merge, Reshape, Transfer, MoveNode, InsertNode, RemoveNode)
}
_NAMES = {"new_key": "new", "source": "from", "target": "to"}


def from_json(body: Mapping[str, Any]) -> Command:
    """Return the command that JSON values describe; raise `EditRefused` with `MALFORMED` if they don't.

    The key of a new grid may be left out of a split only if the caller puts it in before: the engine
    proposes no codes.
    """
    kind = VERBS.get(str(body.get("verb")))
    if kind is None:
        raise EditRefused(Code.MALFORMED, field="verb")
    values: dict[str, Any] = {}
    for each in fields(kind):
        name = "to" if kind is Transfer and each.name == "target" else _NAMES.get(each.name, each.name)
        if body.get(name) is not None:
            try:
                values[each.name] = _READERS[each.name](body[name])
            except (TypeError, ValueError, KeyError, IndexError, AttributeError, ShapelyError) as error:
                raise EditRefused(Code.MALFORMED, field=name) from error
    try:
        return kind(**values)
    except TypeError as error:
        raise EditRefused(Code.MALFORMED, field=str(error)) from error


def _place(value: Any) -> Place:
    coordinates = value["coordinates"] if isinstance(value, Mapping) else value
    x, y = coordinates[:2]
    return float(x), float(y)


def _line(value: Any) -> Line:
    if isinstance(value, Mapping) and value["type"] != "LineString":
        raise ValueError(value["type"])
    coordinates = value["coordinates"] if isinstance(value, Mapping) else value
    return tuple(_place(point) for point in coordinates)


def _edge(value: Any) -> tuple[Place, Place]:
    first, last = _line(value)
    return first, last


def _area(value: Any) -> BaseGeometry:
    if isinstance(value, BaseGeometry):
        return value
    if value["type"] not in ("Polygon", "MultiPolygon"):
        raise ValueError(value["type"])
    return shapely.force_2d(shapely.geometry.shape(value))


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError(type(value).__name__)
    return value


_READERS: dict[str, Any] = {
    "grid": _text,
    "new_key": _text,
    "new_side": _text,
    "keep": _text,
    "source": _text,
    "target": _text,
    "grids": lambda keys: tuple(_text(key) for key in keys),
    "line": _line,
    "area": _area,
    "node": _place,
    "to": _place,
    "at": _place,
    "edge": _edge,
    "snap_m": float,
}


def _written(name: str, value: Any) -> Any:
    if name in ("line", "edge"):
        return {"type": "LineString", "coordinates": [list(point) for point in value]}
    if name in ("node", "to", "at"):
        return {"type": "Point", "coordinates": list(value)}
    if name == "area":
        return shapely.geometry.mapping(value)
    return list(value) if isinstance(value, tuple) else value
