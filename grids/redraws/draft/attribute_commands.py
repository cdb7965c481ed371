"""Commands that set an attribute of a grid, its name or its kind, and change no border."""

from dataclasses import dataclass, field, replace
from typing import ClassVar

from grids.editing.verbs.arguments import GRID, TEXT
from grids.editing.verbs.verb import Command, Verb, argument, register


@dataclass(frozen=True)
class AttributeCommand(Command):
    """A command that sets one attribute of a grid; a subclass has a field of the attribute's name."""

    attribute: ClassVar[str]
    grid: str = field(metadata=argument(GRID))

    @property
    def value(self) -> str:
        """The value that the attribute gets."""
        value: str = getattr(self, self.attribute)
        return value

    def with_value(self, value: str) -> "AttributeCommand":
        """Return the same command with another value."""
        return replace(self, **{self.attribute: value})


@dataclass(frozen=True)
class Rename(AttributeCommand):
    """Give a grid another name."""

    verb: ClassVar[str] = "rename"
    attribute: ClassVar[str] = "name"
    name: str = field(metadata=argument(TEXT))


@dataclass(frozen=True)
class SetKind(AttributeCommand):
    """Make a grid one of another kind."""

    verb: ClassVar[str] = "set_kind"
    attribute: ClassVar[str] = "kind"
    kind: str = field(metadata=argument(TEXT))


register(Verb(command=Rename))
register(Verb(command=SetKind))
