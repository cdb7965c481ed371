"""What a verb is, and the registry of verbs: each registers itself in its own file.

A command is a frozen value: its class says which verb, its fields are the verb's arguments. The schema of request
bodies, the reading and writing of the log, the inverse and OpenAPI are loops over `VERBS`.
"""

from collections.abc import Callable, Mapping
from dataclasses import MISSING, dataclass, fields
from typing import Any, ClassVar, TypeVar

from shapely.geometry.base import BaseGeometry

from grids.editing.coverage.coverage import Coverage
from grids.editing.geometry.noding import REACH_MM
from grids.editing.geometry.shapes import MM_PER_M, to_polygon
from grids.editing.refusals import Code, EditRefused
from grids.editing.rules import DEFAULT, Rules
from grids.editing.verbs.arguments import AREA, NEW_CODE, SNAP, UNREADABLE, Kind
from grids.editing.verbs.steps import Step


@dataclass(frozen=True, slots=True)
class Argument:
    """An argument of a verb: the field of its command, its member in JSON, its kind, and its default if it has one."""

    name: str
    member: str
    kind: Kind
    default: Any = MISSING


def argument(kind: Kind, member: str = "") -> dict[str, Any]:
    """Return the metadata of a command's field; ``member`` is its name in JSON where that is another."""
    return {"kind": kind, "member": member}


@dataclass(frozen=True)
class Command:
    """What is to be done, as a value: the base of all commands, whatever they change."""

    verb: ClassVar[str]

    @classmethod
    def arguments(cls) -> tuple[Argument, ...]:
        """Return the arguments of the verb, in the order of the fields."""
        return tuple(
            Argument(each.name, each.metadata["member"] or each.name, each.metadata["kind"], each.default)
            for each in fields(cls)
            if "kind" in each.metadata
        )

    @property
    def grids_named(self) -> tuple[str, ...]:
        """The codes of the grids of the draft that the command names."""
        named = (getattr(self, each.name) for each in self.arguments() if each.kind.names_grids)
        return tuple(code for value in named for code in ((value,) if isinstance(value, str) else value))

    @property
    def place(self) -> BaseGeometry | None:
        """Where the command is drawn (survey CRS), None if it is not drawn."""
        for name in VERBS[type(self)].place:
            value = getattr(self, name)
            if value is not None:
                drawn = next(each.kind.geometry for each in self.arguments() if each.name == name)
                return None if drawn is None else drawn(value)
        return None

    def to_json(self) -> dict[str, Any]:
        """Return the command as JSON values; optional arguments that are absent are left out."""
        values = {each.member: (each.kind, getattr(self, each.name)) for each in self.arguments()}
        written = {member: kind.write(value) for member, (kind, value) in values.items() if value is not None}
        return {"verb": self.verb} | written


@dataclass(frozen=True)
class Edit(Command):
    """A command that changes borders."""

    def step(self, coverage: Coverage, rules: Rules = DEFAULT) -> Step:
        """Return the proved step; raise `EditRefused` if it can't be taken."""
        step: Step = edit_verb(self).step(coverage, rules=rules, **_values(self))
        return step

    def exact(self, step: Step) -> "Edit":
        """Return the command with the values that took effect in ``step``: what a log should keep.

        Commands on neighbouring grids commute when they are exact: their vertices no longer depend on which
        came first. What took no effect is left out, and nothing snaps any further.
        """
        areas = {each.name for each in self.arguments() if each.kind is AREA}
        snap_m = REACH_MM / MM_PER_M if areas & set(step.exact) else 0.0
        absent = {each.name: None for each in self.arguments() if each.default is None}
        snaps = {each.name: snap_m for each in self.arguments() if each.kind is SNAP}
        return type(self)(**{**absent, **snaps, **step.exact})


def _values(command: Command) -> dict[str, Any]:
    return {each.name: getattr(command, each.name) for each in command.arguments()}


@dataclass(frozen=True, kw_only=True)
class Verb:
    """A verb: what its commands are, and which arguments (the first that is given) say where one is drawn.

    A verb may have several forms, each with a command of its own: ``marker`` is the member whose presence in a body
    tells this form from the plain one.
    """

    command: type[Command]
    place: tuple[str, ...] = ()
    marker: str = ""

    @property
    def name(self) -> str:
        """The word that bodies and the log say."""
        return self.command.verb

    @property
    def arguments(self) -> tuple[Argument, ...]:
        """The arguments of its commands."""
        return self.command.arguments()

    @property
    def new_code(self) -> str | None:
        """The argument that is the code of a grid which the verb makes, None for a verb that makes none."""
        return next((each.name for each in self.arguments if each.kind is NEW_CODE), None)

    def read(self, body: Mapping[str, Any]) -> Command:
        """Return the command that JSON values describe; raise `EditRefused` with `MALFORMED` and the member."""
        values: dict[str, Any] = {}
        for each in self.arguments:
            given = body.get(each.member)
            if given is not None or each.default is MISSING:  # None is no value of any kind
                try:
                    values[each.name] = each.kind.read(given)
                except UNREADABLE as error:
                    raise EditRefused(Code.MALFORMED, field=each.member) from error
        return self.command(**values)


Inverse = Callable[[Coverage, Any, Step], list[Edit]]


@dataclass(frozen=True, kw_only=True)
class EditVerb(Verb):
    """A verb that changes borders.

    ``step`` takes a coverage and the arguments and returns a proved `Step`, or raises `EditRefused`. ``inverse`` takes
    the coverage before, the exact command and its step, and returns the commands that give the area back; vertices
    left over on borders are removed by `grids.editing.inverse`.
    """

    command: type[Edit]
    step: Callable[..., Step]
    inverse: Inverse


VERBS: dict[type[Command], Verb] = {}
V = TypeVar("V", bound=Verb)


def register(verb: V) -> V:
    """Add a verb to the registry and return it."""
    VERBS[verb.command] = verb
    return verb


def forms(name: object) -> list[Verb]:
    """Return the forms of the verb of this name, none for an unknown one."""
    return [verb for verb in VERBS.values() if verb.name == name]


def form_of(body: Mapping[str, Any]) -> Verb | None:
    """Return the form of a verb that a body is of: one whose marker it has, else the plain one; None if unknown."""
    named = forms(body.get("verb"))
    marked = (verb for verb in named if verb.marker and body.get(verb.marker) is not None)
    return next(marked, next((verb for verb in named if not verb.marker), None))


def edit_verb(command: Edit) -> EditVerb:
    """Return the verb of a command that changes borders."""
    verb = VERBS[type(command)]
    assert isinstance(verb, EditVerb)  # noqa: S101 -- only an EditVerb has such commands
    return verb


def edit(name: str, **values: Any) -> Edit:
    """Return an edit by the name of its verb: verbs that reverse each other need not import each other."""
    verb = next(verb for verb in forms(name) if isinstance(verb, EditVerb))
    return verb.command(**values)


def moved_back(before: Coverage, exact: Edit, step: Step) -> list[Edit]:
    """Return the transfers that give back the areas that moved: the inverse of a verb that moves areas."""
    return [
        edit("transfer", source=move.target, target=move.source, area=to_polygon(move.area), snap_m=0.0)
        for move in reversed(step.moves)
    ]
