"""What each user may be told, in plain SQL on the tables themselves: nothing of the product's own rules is asked.

The rule (docs/adr/0015): where a thing stood at the moment, and whose that ground was then; the reader's rights are
today's.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from django.db import connection

Rows = dict[int, dict[str, Any]]

# Which roles hold what, as docs/accounts.md's readers are told.
READ = ("collector", "supervisor", "reviewer", "analyst", "administrator", "component")
READ_PERSONAL = ("supervisor", "administrator")
EXPORT = ("supervisor", "reviewer", "analyst", "administrator", "component")
EDIT = ("supervisor", "administrator")

_AREAS = """
WITH RECURSIVE below AS (
    SELECT area_id AS id FROM access_grant WHERE user_id = %(user)s AND role = ANY (%(roles)s)
    UNION
    SELECT v.division_id FROM grids_divisionversion v JOIN below b ON v.parent_id = b.id
    WHERE v.valid @> clock_timestamp()
)
SELECT id FROM below
"""
_ABOVE = """
WITH RECURSIVE above AS (
    SELECT unnest(%(ids)s::bigint[]) AS id
    UNION
    SELECT v.parent_id FROM grids_divisionversion v JOIN above a ON v.division_id = a.id
    WHERE v.valid @> clock_timestamp() AND v.parent_id IS NOT NULL
)
SELECT id FROM above
"""
# A row as it was: the table says what holds now, the states what held before.
_WAS = """
SELECT t.id, {columns} FROM {table} t
WHERE t.valid @> %(at)s::timestamptz AND coalesce(t.changed_at, lower(t.valid)) <= %(at)s
UNION ALL
SELECT t.{key}, {columns} FROM {states} t WHERE t.valid @> %(at)s::timestamptz
"""
# The community of a place (survey CRS) is that of the grid there; else the one named by the row.
_GROUND = """
coalesce((SELECT g.community_id FROM grids_gridversion g
          WHERE g.valid @> %(at)s::timestamptz AND ST_DWithin(g.geom, {place}, 50)
          ORDER BY round(ST_Distance(g.geom, {place})::numeric, 6), g.code LIMIT 1), {named})
"""
_GRID = """
(SELECT g.code FROM grids_gridversion g WHERE g.valid @> %(at)s::timestamptz AND ST_DWithin(g.geom, {place}, 50)
 ORDER BY round(ST_Distance(g.geom, {place})::numeric, 6), g.code LIMIT 1)
"""


def _was(table: str, key: str, columns: Iterable[str]) -> str:
    named = ", ".join(f"t.{column}" for column in columns)
    return _WAS.format(table=table, states=f"{table}state", key=f"{key}_id", columns=named)


BUILDINGS = f"""
SELECT b.id, {_GROUND.format(place="b.location", named="b.community_id")} AS community,
       {_GRID.format(place="b.location")} AS grid, b.name, ST_X(ST_Transform(b.location, 4326)) AS lon,
       ST_Y(ST_Transform(b.location, 4326)) AS lat, b.footprint IS NOT NULL AS drawn,
       (SELECT a.text FROM buildings_address a
        WHERE a.building_id = b.id AND a.kind = 'standard' AND a.valid @> %(at)s::timestamptz) AS address,
       (SELECT min(c.code) FROM buildings_buildingcode c
        WHERE c.building_id = b.id AND c.valid @> %(at)s::timestamptz) AS code
FROM ({_was("buildings_building", "building", ["community_id", "location", "name", "footprint"])}) b
"""
ENTRANCES = f"""
SELECT e.id, b.community, e.building_id AS building, e.name, e.location IS NOT NULL AS drawn
FROM ({_was("buildings_entrance", "entrance", ["building_id", "name", "location"])}) e
JOIN ({BUILDINGS}) b ON b.id = e.building_id
"""
UNITS = f"""
SELECT u.id, b.community, b.grid, u.building_id AS building, u.number,
       (SELECT c.code FROM buildings_unitcode c WHERE c.unit_id = u.id AND c.valid @> %(at)s::timestamptz) AS code
FROM ({_was("buildings_unit", "unit", ["building_id", "number"])}) u
JOIN ({BUILDINGS}) b ON b.id = u.building_id
"""
HOUSEHOLDS = f"""
SELECT h.id, u.community, u.grid, h.unit_id AS unit, u.building, h.head_name, h.phone
FROM ({_was("buildings_household", "household", ["unit_id", "head_name", "phone"])}) h
JOIN ({UNITS}) u ON u.id = h.unit_id
"""
# What is over stays with the grid that had it; what is open follows the ground.
INCIDENTS = f"""
SELECT i.id, i.status, i.title, i.location IS NOT NULL AS drawn,
       CASE WHEN i.status = 'closed' THEN coalesce(kept.community_id, i.community_id)
            ELSE {_GROUND.format(place="i.location", named="i.community_id")} END AS community,
       CASE WHEN i.status = 'closed' THEN kept.code ELSE {_GRID.format(place="i.location")} END AS grid,
       ST_X(ST_Transform(i.location, 4326)) AS lon, ST_Y(ST_Transform(i.location, 4326)) AS lat
FROM incidents_incident i
LEFT JOIN LATERAL (
    SELECT g.community_id, (SELECT v.code FROM grids_gridversion v
                            WHERE v.grid_id = g.id AND v.valid @> %(at)s::timestamptz) AS code
    FROM incidents_assignment a JOIN grids_grid g ON g.id = a.grid_id
    WHERE a.incident_id = i.id AND a.valid @> %(at)s::timestamptz
) kept ON true
WHERE i.received_at <= %(at)s
"""
GRIDS = """
SELECT g.grid_id AS id, g.community_id AS community, g.code, g.id AS version
FROM grids_gridversion g WHERE g.valid @> %(at)s::timestamptz
"""
DIVISIONS = """
SELECT v.division_id AS id, v.division_id AS community, v.code, v.geom IS NOT NULL AS drawn
FROM grids_divisionversion v WHERE v.valid @> %(at)s::timestamptz
"""
KINDS = {
    "divisions": DIVISIONS,
    "grids": GRIDS,
    "buildings": BUILDINGS,
    "entrances": ENTRANCES,
    "units": UNITS,
    "households": HOUSEHOLDS,
    "incidents": INCIDENTS,
}
# The words that each kind of thing carries, each with since when.
_WORDS = """
SELECT 'buildings' AS kind, building_id AS id, code AS word, lower(valid) AS since FROM buildings_buildingcode
UNION ALL SELECT 'buildings', building_id, text, lower(valid) FROM buildings_address WHERE building_id IS NOT NULL
UNION ALL SELECT 'buildings', id, name, lower(valid) FROM buildings_building
UNION ALL SELECT 'buildings', building_id, name, lower(valid) FROM buildings_buildingstate
UNION ALL SELECT 'entrances', id, name, lower(valid) FROM buildings_entrance
UNION ALL SELECT 'entrances', entrance_id, name, lower(valid) FROM buildings_entrancestate
UNION ALL SELECT 'units', unit_id, code, lower(valid) FROM buildings_unitcode
UNION ALL SELECT 'units', unit_id, text, lower(valid) FROM buildings_address WHERE unit_id IS NOT NULL
UNION ALL SELECT 'units', id, number, coalesce(changed_at, lower(valid)) FROM buildings_unit
UNION ALL SELECT 'units', unit_id, number, lower(valid) FROM buildings_unitstate
UNION ALL SELECT 'households', id, w.word, lower(valid) FROM buildings_household,
          LATERAL (VALUES (substr(head_name, 2)), (phone)) w (word)
UNION ALL SELECT 'households', household_id, w.word, lower(valid) FROM buildings_householdstate,
          LATERAL (VALUES (substr(head_name, 2)), (phone)) w (word)
UNION ALL SELECT 'incidents', id, w.word, received_at FROM incidents_incident,
          LATERAL (VALUES (title), (text), (address), (external_id)) w (word)
UNION ALL SELECT 'grids', grid_id, code, lower(valid) FROM grids_gridversion WHERE NOT isempty(valid)
UNION ALL SELECT 'divisions', division_id, code, lower(valid) FROM grids_divisionversion WHERE level = 'community'
UNION ALL SELECT 'redraws', id, w.word, created_at FROM grids_redraw, LATERAL (VALUES (title), (reason)) w (word)
UNION ALL SELECT 'redraws', redraw_id, comment, created_at FROM grids_redrawevent
UNION ALL SELECT 'events', id, reason, recorded_at FROM buildings_lifecycleevent
UNION ALL SELECT 'reviews', id, w.word, created_at FROM buildings_reviewitem,
          LATERAL (VALUES (run), (row ->> 'phone'), (substr(row ->> 'head_name', 2))) w (word)
UNION ALL SELECT 'jobs', id, w.word, created_at FROM jobs_job, LATERAL (VALUES (kind), (detail)) w (word)
"""
PERSONAL = {"households", "reviews"}


def ask(text: str, **values: Any) -> list[dict[str, Any]]:
    """Return the rows of a statement."""
    with connection.cursor() as cursor:
        cursor.execute(text, values)
        names = [column.name for column in cursor.description or ()]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


@dataclass(frozen=True)
class Word:
    """A word with the things that carry it: kind, id, and since when."""

    text: str
    carriers: tuple[tuple[str, int, datetime], ...]


class Truth:
    """All that there is, at each moment that is asked for; read once, for nothing changes while people walk."""

    def __init__(self) -> None:
        self._held: dict[tuple[str, datetime], Rows] = {}

    def rows(self, kind: str, at: datetime) -> Rows:
        """Return the rows of a kind at a moment, by id."""
        if (kind, at) not in self._held:
            self._held[kind, at] = {row["id"]: row for row in ask(KINDS[kind], at=at)}
        return self._held[kind, at]

    @cached_property
    def words(self) -> list[Word]:
        """Every word, with all that carry it."""
        held: dict[str, list[tuple[str, int, datetime]]] = {}
        for row in ask(_WORDS):
            if row["word"]:
                held.setdefault(row["word"], []).append((row["kind"], row["id"], row["since"]))
        return [Word(text, tuple(carriers)) for text, carriers in held.items()]

    @cached_property
    def redraws(self) -> Mapping[int, set[int]]:
        """The communities of each redraw."""
        found: dict[int, set[int]] = {}
        for row in ask("SELECT redraw_id, division_id FROM grids_redraw_communities"):
            found.setdefault(row["redraw_id"], set()).add(row["division_id"])
        return found

    @cached_property
    def reviews(self) -> Mapping[int, int | None]:
        """The community of each row in doubt."""
        return {row["id"]: row["community_id"] for row in ask("SELECT id, community_id FROM buildings_reviewitem")}

    @cached_property
    def events(self) -> Mapping[int, set[int | None]]:
        """The buildings of each event."""
        found: dict[int, set[int | None]] = {}
        for row in ask("SELECT event_id, building_id FROM buildings_eventeffect"):
            found.setdefault(row["event_id"], set()).add(row["building_id"])
        return found

    @cached_property
    def lives(self) -> Mapping[str, Mapping[int, int | None]]:
        """By kind the community now of all that ever was, by id: what has ended is where it was last."""
        ended = {
            "buildings": "SELECT id, community_id AS community FROM buildings_building",
            "entrances": "SELECT e.id, b.community_id AS community FROM buildings_entrance e"
            " JOIN buildings_building b ON b.id = e.building_id",
            "units": "SELECT u.id, b.community_id AS community FROM buildings_unit u"
            " JOIN buildings_building b ON b.id = u.building_id",
            "grids": "SELECT id, community_id AS community FROM grids_grid",
        }
        return {kind: {row["id"]: row["community"] for row in ask(text)} for kind, text in ended.items()}


class Reader:
    """What one user may be told."""

    def __init__(self, truth: Truth, user: Any) -> None:
        self.truth, self.user = truth, user

    def areas(self, roles: Iterable[str]) -> set[int] | None:
        """Return the divisions in which the user has one of the roles; None means everywhere."""
        if self.user.is_superuser:
            return None
        found = {row["id"] for row in ask(_AREAS, user=self.user.pk, roles=list(roles))}
        return None if None in found else found

    @cached_property
    def read(self) -> set[int] | None:
        """Where the user reads."""
        return self.areas(READ)

    @cached_property
    def personal(self) -> set[int] | None:
        """Where the user reads personal data."""
        return self.areas(READ_PERSONAL)

    @cached_property
    def edited(self) -> set[int] | None:
        """Where the user edits registers."""
        return self.areas(EDIT)

    @cached_property
    def exports(self) -> bool:
        """Whether the user may export wherever he reads."""
        exported = self.areas(EXPORT)
        return exported is None or (self.read is not None and bool(self.read) and self.read <= exported)

    @cached_property
    def nobody(self) -> bool:
        """Whether the user has no role at all."""
        return self.read == set()

    @cached_property
    def _oriented(self) -> set[int] | None:
        return None if self.read is None else {row["id"] for row in ask(_ABOVE, ids=sorted(self.read))}

    def sees(self, kind: str, row: Mapping[str, Any]) -> bool:
        """Say whether the user may be told of a row of this kind."""
        areas = self._oriented if kind == "divisions" else self.read
        return areas is None or row["community"] in areas

    def rows(self, kind: str, at: datetime) -> Rows:
        """Return what the user may see of a kind at a moment."""
        return {pk: row for pk, row in self.truth.rows(kind, at).items() if self.sees(kind, row)}

    def masked(self, row: Mapping[str, Any]) -> bool:
        """Say whether the personal data of a row are masked."""
        return self.personal is not None and row["community"] not in self.personal

    def lives(self, kind: str) -> set[int]:
        """Return the ids of all that the user may see now, ended or not."""
        held = self.truth.lives[kind]
        return {pk for pk, community in held.items() if self.read is None or community in self.read}

    @cached_property
    def redraws(self) -> set[int]:
        """The redraws all of whose communities the user may see."""
        return {pk for pk, held in self.truth.redraws.items() if self.read is None or held <= self.read}

    @cached_property
    def reviews(self) -> set[int]:
        """The rows in doubt that the user may decide."""
        edited = self.edited
        return {pk for pk, community in self.truth.reviews.items() if edited is None or community in edited}

    @cached_property
    def events(self) -> set[int]:
        """The events of which the user sees a building."""
        seen = self.lives("buildings")
        return {pk for pk, held in self.truth.events.items() if held & seen}

    @cached_property
    def whole_events(self) -> set[int]:
        """The events of which the user sees every building: only their reasons are told whole."""
        seen = self.lives("buildings")
        return {pk for pk, held in self.truth.events.items() if self.read is None or held <= seen}

    @cached_property
    def jobs(self) -> set[int]:
        """The user's own jobs."""
        return {row["id"] for row in ask("SELECT id FROM jobs_job WHERE author_id = %(user)s", user=self.user.pk)}

    def secrets(self, at: datetime, *, now: bool) -> list[str]:
        """Return the words that no answer about ``at`` may hold; ``now``: lives that have ended are told too."""
        told: dict[str, set[int]] = {kind: set(self.rows(kind, at)) for kind in KINDS}
        if now:
            told = {kind: ids | (self.lives(kind) if kind in self.truth.lives else set()) for kind, ids in told.items()}
        told["households"] = {pk for pk, row in self.rows("households", at).items() if not self.masked(row)}
        told |= {
            "redraws": self.redraws,
            "events": self.whole_events,
            "reviews": self._clear_reviews,
            "jobs": self.jobs,
        }
        return [
            word.text
            for word in self.truth.words
            if not any(pk in told[kind] and (now or since <= at) for kind, pk, since in word.carriers)
        ]

    @cached_property
    def _clear_reviews(self) -> set[int]:
        personal = self.personal
        return {pk for pk in self.reviews if personal is None or self.truth.reviews[pk] in personal}
