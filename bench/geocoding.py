"""Geocoding on the database in use: one address, many, and places; against what PostgreSQL does unaided."""

import random
import re
from collections.abc import Iterator, Sequence

import numpy as np
from django.conf import settings
from django.contrib.auth.models import User
from django.db import connection

from bench import Ratio, compare
from buildings.addresses.text.normalize import normalize
from buildings.geocoding import geocoder
from buildings.geocoding.batch import geocode_many
from buildings.geocoding.reverse import reverse
from buildings.models import Address, Building
from gisserver.common.geo.crs import WGS84, from_survey

SEED = 1
SEARCHES = 100
ROWS = 1_000
PLACES = 100
# The usual way to find an address in PostgreSQL: the most similar text, by trigrams.
TRIGRAMS = """
SELECT id FROM buildings_address WHERE %s <%% normalized AND unit_id IS NULL
ORDER BY word_similarity(%s, normalized) DESC LIMIT 1
"""
NEAREST = """
SELECT id FROM buildings_building
ORDER BY location <-> ST_Transform(ST_SetSRID(ST_MakePoint(%s, %s), 4326), %s) LIMIT 1
"""


def run() -> Iterator[Ratio]:
    """Compare on the addresses of the database in use; nothing when it has none."""
    texts = _texts()
    if not texts:
        print("geocoding: the database in use has no addresses")
        return
    user = User(username="bench", is_superuser=True, is_active=True)
    some = [_shortened(text) for text in texts[:SEARCHES]]
    yield compare(
        f"search, {len(some)} shortened addresses",
        ours=lambda: [geocoder.search(user=user, text=text, limit=1) for text in some],
        peer="trigram top 1, no unit, no check",
        theirs=lambda: [_one(TRIGRAMS, [normalize(text)] * 2) for text in some],
    )
    yield compare(
        f"batch, {len(texts)} registered addresses",
        ours=lambda: list(geocode_many(user=user, texts=texts)),
        peer="our own search, one by one",
        theirs=lambda: [geocoder.search(user=user, text=text, limit=1) for text in texts],
        rounds=1,
    )
    places = _places()
    yield compare(
        f"reverse, {len(places)} places",
        ours=lambda: [reverse(user=user, x=lon, y=lat) for lon, lat in places],
        peer="nearest point alone",
        theirs=lambda: [_one(NEAREST, [lon, lat, settings.SURVEY_SRID]) for lon, lat in places],
    )


def _texts() -> list[str]:
    rows = Address.objects.at().filter(division__isnull=True, kind="standard").order_by("id")
    texts = list(rows.values_list("text", flat=True))
    return random.Random(SEED).sample(texts, min(ROWS, len(texts)))


def _shortened(text: str) -> str:
    """Return the address as people say it: without the divisions."""
    return re.sub("^.*(社区|街道)", "", text) or text


def _places() -> Sequence[tuple[float, float]]:
    points = list(Building.objects.at().order_by("id").values_list("location", flat=True))
    chosen = random.Random(SEED).sample(points, min(PLACES, len(points)))
    xy = from_survey(np.array([[p.x + 3.0, p.y + 3.0] for p in chosen]), WGS84, settings.SURVEY_SRID)
    return [(float(lon), float(lat)) for lon, lat in xy]


def _one(statement: str, values: Sequence[str | float]) -> object:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.fetchone()
