-- Where many answers stand (survey CRS) and what they are called. Only what is no standard address asks for one.
-- The lateral joins hold the planner to one look-up a row: a chunk is a small part of the buildings and entrances.
-- Grids are few and asked for again and again: their codes are read once.
WITH ground AS MATERIALIZED (
    SELECT g.grid_id, min(g.code) AS code FROM grids_gridversion g WHERE g.valid @> %(moment)s GROUP BY g.grid_id
)
SELECT ST_X(place.point), ST_Y(place.point),
       COALESCE(
           CASE asked.target
               WHEN 'unit' THEN (SELECT c.code FROM buildings_unitcode c
                                 WHERE c.unit_id = asked.id AND c.valid @> %(moment)s ORDER BY c.id LIMIT 1)
               END,
           (SELECT c.code FROM buildings_buildingcode c
            WHERE c.building_id = asked.building AND c.valid @> %(moment)s ORDER BY c.id LIMIT 1)
       ) AS code,
       CASE WHEN NOT asked.standard THEN
           (SELECT a.text FROM buildings_address a
            WHERE a.building_id = asked.building AND a.kind = 'standard' AND a.valid @> %(moment)s
            ORDER BY a.id LIMIT 1)
           END AS standard,
       CASE WHEN NOT asked.standard AND asked.target = 'unit' THEN
           (SELECT a.text FROM buildings_address a
            WHERE a.unit_id = asked.id AND a.kind = 'standard' AND a.valid @> %(moment)s ORDER BY a.id LIMIT 1)
           END AS standard_of_unit,
       ground.code AS grid, place.whose
FROM unnest(%(targets)b::text[], %(ids)b::bigint[], %(buildings)b::bigint[], %(standards)b::bool[])
    WITH ORDINALITY AS asked (target, id, building, standard, n)
CROSS JOIN LATERAL (
    SELECT COALESCE(own.location, door.location, b.location) AS point,
           CASE WHEN own.location IS NOT NULL THEN 'unit' WHEN door.location IS NOT NULL THEN 'entrance'
                ELSE 'building' END AS whose
    FROM buildings_building b
    LEFT JOIN buildings_unit own ON asked.target = 'unit' AND own.id = asked.id
    LEFT JOIN buildings_entrance door
        ON door.id = CASE asked.target WHEN 'entrance' THEN asked.id WHEN 'unit' THEN own.entrance_id END
    WHERE b.id = asked.building
    OFFSET 0
) place
LEFT JOIN LATERAL (
    SELECT h.grid_id
    FROM buildings_buildingassignment h
    WHERE h.building_id = asked.building AND (h.valid @> %(moment)s) IS TRUE  -- so by the b-tree, not the slower GiST
    LIMIT 1
) assigned ON true
LEFT JOIN ground ON ground.grid_id = assigned.grid_id
ORDER BY asked.n
