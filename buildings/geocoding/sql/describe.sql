-- Where the answers stand and what is known of their buildings. A unit without a point of its own inherits the
-- entrance's, and both the building's; `point` says whose it is.
SELECT asked.target, asked.id, b.id AS building, b.name, b.kind AS use, b.community_id AS community,
       CASE WHEN u.location IS NOT NULL THEN 'unit' WHEN door.location IS NOT NULL THEN 'entrance' ELSE 'building' END
           AS point,
       ST_X(place.lonlat) AS lon, ST_Y(place.lonlat) AS lat,
       ST_XMin(place.extent) AS west, ST_YMin(place.extent) AS south,
       ST_XMax(place.extent) AS east, ST_YMax(place.extent) AS north,
       (SELECT c.code FROM buildings_buildingcode c
        WHERE c.building_id = b.id AND c.valid @> %(moment)s ORDER BY c.id LIMIT 1) AS code,
       (SELECT a.text FROM buildings_address a
        WHERE a.building_id = b.id AND a.kind = 'standard' AND a.valid @> %(moment)s ORDER BY a.id LIMIT 1) AS standard,
       (SELECT a.text FROM buildings_address a
        WHERE a.unit_id = asked.id AND asked.target = 'unit' AND a.kind = 'standard' AND a.valid @> %(moment)s
        ORDER BY a.id LIMIT 1) AS standard_of_unit,
       (SELECT c.code FROM buildings_unitcode c
        WHERE c.unit_id = asked.id AND asked.target = 'unit' AND c.valid @> %(moment)s
        ORDER BY c.id LIMIT 1) AS unit_code,
       (SELECT g.code FROM buildings_buildingassignment h
        JOIN grids_gridversion g ON g.grid_id = h.grid_id AND g.valid @> %(moment)s
        WHERE h.building_id = b.id AND h.valid @> %(moment)s LIMIT 1) AS grid
FROM unnest((SELECT %(targets)b::text[]), (SELECT %(ids)b::bigint[]), (SELECT %(buildings)b::bigint[]))
    AS asked (target, id, building)
JOIN buildings_building b ON b.id = asked.building
LEFT JOIN buildings_unit u ON asked.target = 'unit' AND u.id = asked.id
LEFT JOIN buildings_entrance door
    ON door.id = CASE asked.target WHEN 'entrance' THEN asked.id WHEN 'unit' THEN u.entrance_id END
CROSS JOIN LATERAL (
    SELECT ST_Transform(COALESCE(u.location, door.location, b.location), 4326) AS lonlat,
           COALESCE(ST_Transform(b.footprint, 4326), ST_Transform(b.location, 4326)) AS extent
) place
