-- The footprints whose boxes meet an area or a line; searched part by part, in the projection that has the index.
-- A metre more, for what is straight in one projection is not quite in the other.
WITH part AS MATERIALIZED (
    SELECT d.geom FROM ST_Dump(ST_Transform(ST_GeomFromWKB(%(area)s, %(srid)s), 3857)) AS d
)
SELECT DISTINCT ON (b.id) b.id, ST_AsBinary(b.footprint) AS footprint
FROM part
CROSS JOIN LATERAL (
    SELECT id, footprint FROM buildings_building
    WHERE footprint_3857 && ST_Expand(part.geom, 1) AND valid @> statement_timestamp()
    OFFSET 0  -- keeps the planner from reading all buildings
) b
ORDER BY b.id
