"""Commands that change no ground: a grid's name, a grid's kind."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

NAMING_VERBS = {"rename": "name", "set_kind": "kind"}


@dataclass(frozen=True, slots=True)
class Naming:
    """Another name or kind for a grid."""

    verb: str
    grid: str
    value: str

    @property
    def member(self) -> str:
        """What changes: ``name`` or ``kind``."""
        return NAMING_VERBS[self.verb]

    def to_json(self) -> dict[str, Any]:
        """Return the command as JSON values."""
        return {"verb": self.verb, "grid": self.grid, self.member: self.value}


def naming_of(body: Mapping[str, Any]) -> Naming:
    """Return the command that `Naming.to_json` wrote; `grids.redraws.commands.schema` checks what a request sends."""
    return Naming(body["verb"], body["grid"], body[NAMING_VERBS[body["verb"]]])
