"""How the queue names buildings and units that are known by code: by their address, else by their name."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from django.conf import settings

from buildings.models import Address, AddressKind, Building, Doubt, Unit
from buildings.review.doubtful import Doubtful
from gisserver.common.geo.crs import from_survey, parse_crs


@dataclass(frozen=True, slots=True)
class House:
    """A building as the queue names it, and where it stands (degrees, WGS84)."""

    id: int
    label: str
    lon: float
    lat: float
    community: int | None

    def candidates(self, units: Sequence[tuple[int, str]]) -> list[Mapping[str, Any]]:
        """Return the building and these of its units (id and door) as candidates; none is surer than another."""
        at = {"building": self.id, "confidence": 0.0, "lon": self.lon, "lat": self.lat, "reasons": []}
        rooms = [
            {"target": "unit", "id": pk, "label": f"{self.label}{door}", "level": "unit", **at} for pk, door in units
        ]
        return [{"target": "building", "id": self.id, "label": self.label, "level": "building", **at}, *rooms]


@dataclass(frozen=True, slots=True)
class Gone:
    """A home that no longer stands, as the queue names it, and the doubt with what stands in its place."""

    label: str
    doubt: Doubtful


def successors_of(target: str, ended: int, heirs: Sequence[int]) -> Gone:
    """Return the doubt about a building or unit (``target``, its id) that has ended; its ``heirs`` may be meant."""
    if target == "building":
        found = houses(heirs)
        candidates = [one for heir in heirs if heir in found for one in found[heir].candidates([])]
        former = houses([ended])[ended]
        label, community = former.label, former.community
    else:
        unit = Unit.objects.select_related("entrance").get(pk=ended)
        label_of = {
            row.pk: (row.building_id, f"{row.entrance.name if row.entrance else ''}{row.number}")
            for row in [unit, *Unit.objects.select_related("entrance").filter(pk__in=heirs)]
        }
        known = houses({building for building, _ in label_of.values()})
        candidates = []
        for heir in heirs:
            building, door = label_of[heir]
            candidates += known[building].candidates([(heir, door)])[1:]
        former, label = known[unit.building_id], f"{known[unit.building_id].label}{label_of[ended][1]}"
        community = former.community
    return Gone(label, Doubtful(Doubt.ENDED_HOME, candidates, community))


def houses(buildings: Collection[int]) -> Mapping[int, House]:
    """Return buildings by id, each labelled by its standard address, else its name, else its id."""
    rows = list(Building.objects.filter(pk__in=buildings).only("pk", "name", "location", "community"))
    if not rows:
        return {}
    standard = Address.objects.at().filter(building_id__in=buildings, kind=AddressKind.STANDARD)
    texts = dict(standard.values_list("building_id", "text"))
    places = np.array([[row.location.x, row.location.y] for row in rows])
    lonlat = from_survey(places, parse_crs("wgs84"), settings.SURVEY_SRID)
    return {
        row.pk: House(row.pk, texts.get(row.pk) or row.name or f"building {row.pk}", lon, lat, row.community_id)
        for row, (lon, lat) in zip(rows, lonlat.tolist(), strict=True)
    }
