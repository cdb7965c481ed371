"""Which kinds of things the feed tells of; each app registers its own with the rule of who may be told (law 7)."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from gisserver.common.access.models import Viewer


@dataclass(frozen=True, slots=True)
class Kind:
    """Things told of by id: ``rows`` is a manager with `visible_to`, ``key`` its field that holds the id."""

    rows: Any
    key: str

    def visible(self, user: Viewer, ids: Collection[int]) -> set[int]:
        """Return those of the ids that the user may see now."""
        seen = self.rows.visible_to(user).filter(**{f"{self.key}__in": ids})
        return set(seen.values_list(self.key, flat=True))


_kinds: dict[str, Kind] = {}


def register(kind: str, rows: Any, key: str = "pk") -> None:
    """Let the feed tell of ``kind`` (`guards.announced` writes it) whoever sees its rows."""
    _kinds[kind] = Kind(rows, key)


def registered() -> Mapping[str, Kind]:
    """Return the kinds by name."""
    return _kinds
