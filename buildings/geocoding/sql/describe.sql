SELECT b.id AS building, b.name, b.kind AS use, b.community_id AS community,
       ST_X(place.lonlat) AS lon, ST_Y(place.lonlat) AS lat,
       ST_XMin(place.extent) AS west, ST_YMin(place.extent) AS south,
       ST_XMax(place.extent) AS east, ST_YMax(place.extent) AS north,
       (SELECT c.code FROM buildings_buildingcode c
        WHERE c.building_id = b.id AND c.valid @> %(moment)s ORDER BY c.id LIMIT 1) AS code,
       (SELECT a.text FROM buildings_address a
        WHERE a.building_id = b.id AND a.kind = 'standard' AND a.valid @> %(moment)s ORDER BY a.id LIMIT 1) AS standard,
       (SELECT g.code FROM buildings_buildingassignment h
        JOIN grids_gridversion g ON g.grid_id = h.grid_id AND g.valid @> %(moment)s
        WHERE h.building_id = b.id AND h.valid @> %(moment)s LIMIT 1) AS grid
FROM buildings_building b
CROSS JOIN LATERAL (
    SELECT ST_Transform(b.location, 4326) AS lonlat,
           COALESCE(ST_Transform(b.footprint, 4326), ST_Transform(b.location, 4326)) AS extent
) place
WHERE b.id = ANY (%(buildings)s)
