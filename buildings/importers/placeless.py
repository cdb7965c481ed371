"""Rows of a building register that have an address and no coordinates: they are about a building that is known."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from buildings.importers.addresses import AddressText
from buildings.importers.events import record_import
from buildings.importers.writing import Run, refuse_change
from buildings.models import Building, Doubt, Target
from buildings.review.doubtful import Doubtful
from buildings.review.matching import Matched, doubt_of, match_many
from buildings.review.queue import Waiting, enqueue
from gisserver.common.imports.command import Rejects

REGISTER = "buildings"


@dataclass(frozen=True, slots=True, kw_only=True)
class Placeless:
    """A row without coordinates: what it says of its building, and where its address says that it is."""

    index: int
    source_ref: str
    address: AddressText
    words: Mapping[str, Any]


class AboutKnown:
    """Rows without coordinates, each with the building that its address means for sure, or with its doubt."""

    def __init__(self, rows: Sequence[Placeless], source: str) -> None:
        told = match_many([row.address.text for row in rows], to=["building"] * len(rows))
        matched = {match.building for match in told if isinstance(match, Matched)}
        registered = dict(Building.objects.filter(pk__in=matched, source=source).values_list("pk", "source_ref"))
        self.sure: dict[int, tuple[Placeless, int]] = {}
        self.doubts: dict[int, tuple[Placeless, Doubtful]] = {}
        for row, match in zip(rows, told, strict=True):
            if isinstance(match, Doubtful):
                self.doubts[row.index] = row, match
            elif registered.get(match.building, row.source_ref) != row.source_ref:
                # The same register knows that building by another reference: this row is about a neighbour.
                self.doubts[row.index] = row, doubt_of(row.address.text, Doubt.UNSURE)
            else:
                self.sure[row.index] = row, match.building

    @property
    def buildings(self) -> set[int]:
        """The ids of the buildings that the sure rows are about."""
        return {building for _, building in self.sure.values()}

    def refuse(self, rejects: Rejects, run: Run) -> None:
        """Reject the rows that say otherwise what is known since; the buildings are locked."""
        stored = Building.objects.in_bulk(self.buildings)
        for index, (row, building) in self.sure.items():
            if differing(stored[building], row.words):
                refuse_change(index, stored[building], rejects, run)

    def write(self, rejects: Rejects, run: Run) -> tuple[set[int], int]:
        """Let the rows not rejected say what they say; return the buildings that changed, and how many rows wait."""
        changed = set()
        for index, (row, building) in self.sure.items():
            stored = Building.objects.get(pk=building)
            new = {} if index in rejects else differing(stored, row.words)
            if new:
                Building.objects.filter(pk=building).update(**new, changed_at=run.moment)
                changed.add(building)
        record_import(Target.BUILDING, source=run.source, moment=run.moment, changed=changed)
        waiting = [_waiting(row, doubt) for index, (row, doubt) in self.doubts.items() if index not in rejects]
        enqueue(waiting, register=REGISTER, run=f"{run.source} {run.moment:%Y-%m-%dT%H:%M:%S}", source=run.source)
        return changed, len(waiting)


def differing(building: Building, words: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a row says of a building that this does not say; what the row leaves open is not said."""
    return {name: value for name, value in _said(words).items() if getattr(building, name) != value}


def _said(words: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in words.items() if value not in ("", None) and name != "community_id"}


def _waiting(row: Placeless, doubt: Doubtful) -> Waiting:
    return Waiting(
        number=row.index + 1,
        text=row.address.text,
        row=_said(row.words),
        doubt=doubt,
        source_ref=row.source_ref,
        community=row.words.get("community_id"),
    )
