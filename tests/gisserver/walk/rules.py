"""The rule of areas (ADR 15) as SQL over base tables: what each kind of thing is, where it stood, whose that was."""

from collections.abc import Iterable
from typing import Any

Rows = dict[int, dict[str, Any]]

# Which roles hold what, as docs/accounts.md's readers are told.
# Which roles hold what, as docs/accounts.md's readers are told.
READ = ("collector", "dispatcher", "supervisor", "reviewer", "analyst", "administrator", "component")
READ_PERSONAL = ("supervisor", "administrator")
EXPORT = ("dispatcher", "supervisor", "reviewer", "analyst", "administrator", "component")
EDIT = ("supervisor", "administrator")

AREAS = """
WITH RECURSIVE below AS (
    SELECT area_id AS id FROM access_grant WHERE user_id = %(user)s AND role = ANY (%(roles)s)
    UNION
    SELECT v.division_id FROM grids_divisionversion v JOIN below b ON v.parent_id = b.id
    WHERE v.valid @> clock_timestamp()
)
SELECT id FROM below
"""
ABOVE = """
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
_COMMUNITY_AT = """
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
SELECT b.id, {_COMMUNITY_AT.format(place="b.location", named="b.community_id")} AS community,
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
SELECT h.identity AS id, u.community, u.grid, h.unit_id AS unit, u.building, h.head_name, h.phone
FROM buildings_household h
JOIN ({UNITS}) u ON u.id = h.unit_id
WHERE h.valid @> %(at)s::timestamptz
"""
# What is over stays with the grid that had it; what is open follows the partition.
INCIDENTS = f"""
SELECT i.id, i.status, i.title, i.location IS NOT NULL AS drawn,
       CASE WHEN i.status = 'closed' THEN coalesce(kept.community_id, i.community_id)
            ELSE {_COMMUNITY_AT.format(place="i.location", named="i.community_id")} END AS community,
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
# In a building that is gone it is where that was last; in none, in the community around its place.
LEGAL_PERSONS = f"""
SELECT p.id, p.building_id AS building, p.unit_id AS unit, p.name,
       CASE WHEN b.id IS NOT NULL THEN b.community WHEN last.id IS NOT NULL THEN last.community_id ELSE (
           SELECT v.division_id FROM grids_divisionversion v
           WHERE v.level = 'community' AND v.valid @> %(at)s::timestamptz AND ST_Covers(v.geom, p.location)
           ORDER BY v.code LIMIT 1) END AS community
FROM ({_was("buildings_legalperson", "legalperson", ["name", "building_id", "unit_id", "location"])}) p
LEFT JOIN ({BUILDINGS}) b ON b.id = p.building_id
LEFT JOIN buildings_building last ON last.id = p.building_id
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
    "legal_persons": LEGAL_PERSONS,
}
# The words that each kind of thing carries, each with since when.
WORDS = """
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
UNION ALL SELECT 'households', identity, w.word, lower(valid) FROM buildings_household,
          LATERAL (VALUES (substr(head_name, 2)), (phone)) w (word)
UNION ALL SELECT 'households', identity, w.word, lower(valid) FROM buildings_householdstate,
          LATERAL (VALUES (substr(head_name, 2)), (phone)) w (word)
UNION ALL SELECT 'legal_persons', id, w.word, lower(valid) FROM buildings_legalperson,
          LATERAL (VALUES (name), (credit_code)) w (word)
UNION ALL SELECT 'incidents', id, w.word, received_at FROM incidents_incident,
          LATERAL (VALUES (title), (text), (address), (external_id)) w (word)
UNION ALL SELECT 'grids', grid_id, code, lower(valid) FROM grids_gridversion WHERE NOT isempty(valid)
UNION ALL SELECT 'divisions', division_id, code, lower(valid) FROM grids_divisionversion WHERE level = 'community'
UNION ALL SELECT 'redraws', id, w.word, created_at FROM grids_redraw, LATERAL (VALUES (title), (reason)) w (word)
UNION ALL SELECT 'redraws', redraw_id, comment, created_at FROM grids_redrawevent
UNION ALL SELECT 'events', id, reason, recorded_at FROM buildings_lifecycleevent
UNION ALL SELECT 'reviews', id, w.word, created_at FROM buildings_reviewitem,
          LATERAL (VALUES (run), (row ->> 'phone'), (substr(row ->> 'head_name', 2))) w (word)
UNION ALL SELECT 'officers', id, name, lower(valid) FROM grids_officer
UNION ALL SELECT 'phones', id, phone, lower(valid) FROM grids_officer
UNION ALL SELECT 'jobs', id, w.word, created_at FROM jobs_job, LATERAL (VALUES (kind), (detail)) w (word)
"""
PERSONAL = {"households", "reviews", "phones"}
