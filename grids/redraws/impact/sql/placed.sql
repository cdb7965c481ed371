-- Law 3 on a draft, as grids_grid_of() says it of what is stored: for each place the grid that it would have.
-- The draft's polygons stand in for the grids that it replaces; all others are as they are now, found by their index.
-- ``near`` says for each place, by its number, which of the draft's polygons may be within the tolerance.
WITH drawn AS MATERIALIZED (
    SELECT d.ordinal, d.code COLLATE "C" AS code, ST_GeomFromWKB(d.wkb, %(srid)s) AS geom
    FROM unnest(%(codes)s::text[], %(polygons)s::bytea[]) WITH ORDINALITY AS d (code, wkb, ordinal)
), place AS MATERIALIZED (
    SELECT p.ordinal, ST_GeomFromWKB(p.wkb, %(srid)s) AS geom
    FROM unnest(%(places)s::bytea[]) WITH ORDINALITY AS p (wkb, ordinal)
), candidate AS (
    SELECT p.ordinal, d.code, NULL::bigint AS grid_id, ST_Distance(d.geom, p.geom) AS outside_m
    FROM unnest(%(near_places)s::bigint[], %(near_drawn)s::bigint[]) AS near (place, drawn)
    JOIN place p ON p.ordinal = near.place
    JOIN drawn d ON d.ordinal = near.drawn
    UNION ALL
    SELECT p.ordinal, v.code COLLATE "C", v.grid_id, ST_Distance(v.geom, p.geom)
    FROM place p
    JOIN grids_gridversion v ON v.geom && ST_Expand(p.geom, %(tolerance_m)s + 0.001)
    WHERE v.valid @> statement_timestamp() AND v.grid_id <> ALL (%(replaced)s::bigint[])
), nearest AS (
    SELECT DISTINCT ON (c.ordinal) c.ordinal, c.code, c.grid_id
    FROM (SELECT ordinal, code, grid_id, round(outside_m::numeric, 6)::float8 AS outside_m FROM candidate) c
    WHERE c.outside_m <= %(tolerance_m)s
    ORDER BY c.ordinal, c.outside_m, c.code
)
SELECT n.code, n.grid_id FROM place p LEFT JOIN nearest n ON n.ordinal = p.ordinal ORDER BY p.ordinal
