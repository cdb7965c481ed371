-- The buildings in an area with their grid now, and how many units, households and residents each holds; the area
-- is searched part by part, so that the index finds few others.
WITH part AS MATERIALIZED (SELECT d.geom FROM ST_Dump(ST_GeomFromWKB(%(area)s, %(srid)s)) AS d),
inside AS MATERIALIZED (
    SELECT DISTINCT ON (b.id) b.id, ST_AsBinary(b.location) AS place, a.grid_id
    FROM part
    JOIN buildings_building b ON ST_Intersects(part.geom, b.location)
    LEFT JOIN buildings_buildingassignment a ON a.building_id = b.id AND a.valid @> statement_timestamp()
    WHERE b.valid @> statement_timestamp()
)
SELECT s.id, s.place, s.grid_id, 1 AS buildings, held.units, held.households, held.residents
FROM inside s
CROSS JOIN LATERAL (
    SELECT count(DISTINCT u.id) FILTER (WHERE u.valid @> statement_timestamp()) AS units,
           count(h.id) AS households, coalesce(sum(h.residents), 0)::bigint AS residents
    FROM buildings_unit u
    LEFT JOIN buildings_household h ON h.unit_id = u.id AND h.valid @> statement_timestamp()
    WHERE u.building_id = s.id
) held
