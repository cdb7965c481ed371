-- Where many answers stand (survey CRS) and what they are called. Only what is no standard address asks for one.
-- The lateral joins hold the planner to one look-up a row: a chunk is a small part of the buildings and entrances.
SELECT asked.n, b.kind AS use, b.community_id AS community,
       ST_X(COALESCE(door.location, b.location)) AS east, ST_Y(COALESCE(door.location, b.location)) AS north,
       CASE asked.target
           WHEN 'unit' THEN (SELECT c.code FROM buildings_unitcode c
                             WHERE c.unit_id = asked.id AND c.valid @> %(moment)s ORDER BY c.id LIMIT 1)
           END AS unit_code,
       (SELECT c.code FROM buildings_buildingcode c
        WHERE c.building_id = b.id AND c.valid @> %(moment)s ORDER BY c.id LIMIT 1) AS code,
       CASE WHEN NOT asked.standard THEN
           (SELECT a.text FROM buildings_address a
            WHERE a.building_id = b.id AND a.kind = 'standard' AND a.valid @> %(moment)s ORDER BY a.id LIMIT 1)
           END AS standard,
       CASE WHEN NOT asked.standard AND asked.target = 'unit' THEN
           (SELECT a.text FROM buildings_address a
            WHERE a.unit_id = asked.id AND a.kind = 'standard' AND a.valid @> %(moment)s ORDER BY a.id LIMIT 1)
           END AS standard_of_unit,
       (SELECT g.code FROM buildings_buildingassignment h
        JOIN grids_gridversion g ON g.grid_id = h.grid_id AND g.valid @> %(moment)s
        WHERE h.building_id = b.id AND h.valid @> %(moment)s LIMIT 1) AS grid
FROM unnest(%(targets)s::text[], %(ids)s::bigint[], %(buildings)s::bigint[], %(standards)s::bool[])
    WITH ORDINALITY AS asked (target, id, building, standard, n)
CROSS JOIN LATERAL (SELECT h.* FROM buildings_building h WHERE h.id = asked.building LIMIT 1) b
LEFT JOIN LATERAL (
    SELECT e.location
    FROM buildings_entrance e
    WHERE e.id = CASE asked.target
        WHEN 'entrance' THEN asked.id
        WHEN 'unit' THEN (SELECT u.entrance_id FROM buildings_unit u WHERE u.id = asked.id)
        END
    LIMIT 1
) door ON true
ORDER BY asked.n
