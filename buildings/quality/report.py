"""The quality report: everything counted once by address level and point, and what looks wrong; set-based."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from buildings.quality.cases import communities_asked
from buildings.quality.registry import KINDS, ask
from gisserver.common.access.models import Viewer
from gisserver.common.db import sql
from grids.models import DivisionLevel, DivisionVersion

SQL = Path(__file__).parent / "sql"
EXAMPLES = 20
Groups = dict[str, dict[str, dict[str, int]]]


@dataclass(slots=True)
class Community:
    """One community's part of the report; ``counts`` by target, measure and value."""

    code: str | None
    name: str
    counts: Groups = field(default_factory=dict)
    suspicious: dict[str, dict[str, Any]] = field(default_factory=dict)

    def total(self, target: str) -> int:
        """Return how many there are of a target: every measure counts each once."""
        return sum(self.counts.get(target, {}).get("point", {}).values())


def report(*, user: Viewer, community_id: int | None = None) -> list[Community]:
    """Return the report of the visible communities, or of one, by code; what is in none stands last.

    Buildings without a community are reported only to whoever reads the whole deployment.
    """
    communities = communities_asked(user, community_id)
    found = _named(communities)
    for row in sql.rows(SQL / "counts.sql", communities=communities):
        part = found.setdefault(row["community_id"], Community(None, ""))
        part.counts.setdefault(row["target"], {}).setdefault(row["measure"], {})[row["value"]] = row["n"]
    for name, kind in KINDS.items():
        for row in _examples(name, communities) if kind.suspicion else ():
            part = found.setdefault(row["community_id"], Community(None, ""))
            part.suspicious[name] = {
                "target": kind.target,
                "count": row["n"],
                "examples": [
                    {"id": pk, "detail": detail} for pk, detail in zip(row["ids"], row["details"], strict=True)
                ],
            }
    return sorted(found.values(), key=lambda part: (part.code is None, part.code or ""))


def rows(parts: Iterable[Community]) -> Iterator[tuple[str, str, str, str, str, int, float | None]]:
    """Yield the report as a table: community code and name, target, measure, value, count, share of the total."""
    for part in parts:
        for target, measures in sorted(part.counts.items()):
            total = part.total(target)
            for measure, values in sorted(measures.items()):
                for value, count in sorted(values.items()):
                    share = round(count / total, 4) if total else None
                    yield part.code or "", part.name, target, measure, value, count, share
        for suspicion, found in sorted(part.suspicious.items()):
            total = part.total(f"{found['target']}s")
            share = round(found["count"] / total, 6) if total else None
            yield part.code or "", part.name, f"{found['target']}s", "suspicious", suspicion, found["count"], share


def _named(communities: Sequence[int] | None) -> dict[int | None, Community]:
    versions = DivisionVersion.objects.at().filter(level=DivisionLevel.COMMUNITY)
    versions = versions if communities is None else versions.filter(division_id__in=communities)
    return {pk: Community(code, name) for pk, code, name in versions.values_list("division_id", "code", "name")}


def _examples(kind: str, communities: Sequence[int] | None) -> list[Mapping[str, Any]]:
    asked = ask(kind, communities)
    slots = {"cases": asked.text}
    return sql.rows_around(SQL / "examples.sql", slots=slots, **asked.values, examples=EXAMPLES)
