-- The buildings on a ground with their grid now, and how many units and households each holds; the ground is
-- searched part by part, so that the index finds few others.
WITH part AS MATERIALIZED (SELECT d.geom FROM ST_Dump(ST_GeomFromWKB(%(ground)s, %(srid)s)) AS d)
SELECT DISTINCT ON (b.id) b.id, ST_AsBinary(b.location) AS place, a.grid_id,
       (SELECT count(*) FROM buildings_unit u
        WHERE u.building_id = b.id AND u.valid @> statement_timestamp()) AS units,
       (SELECT count(*) FROM buildings_household h JOIN buildings_unit u ON u.id = h.unit_id
        WHERE u.building_id = b.id AND h.valid @> statement_timestamp()) AS households
FROM part
JOIN buildings_building b ON ST_Intersects(part.geom, b.location)
LEFT JOIN buildings_buildingassignment a ON a.building_id = b.id AND upper_inf(a.valid)
WHERE b.valid @> statement_timestamp()
