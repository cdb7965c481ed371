-- Law 1: twice the area in square millimetres, an exact integer (shoelace on integer coordinates,
-- taken from the first vertex so that the products stay small). Holes count negative.
CREATE OR REPLACE FUNCTION gis_double_area_mm2(g geometry) RETURNS numeric
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
BEGIN ATOMIC
    WITH origin AS (
        SELECT round(ST_XMin(g) * 1000)::bigint AS x0, round(ST_YMin(g) * 1000)::bigint AS y0
    ), vertex AS (
        SELECT d.path[1] AS polygon, d.path[2] AS ring, d.path[3] AS number,
               round(ST_X(d.geom) * 1000)::bigint - x0 AS x,
               round(ST_Y(d.geom) * 1000)::bigint - y0 AS y
        FROM ST_DumpPoints(ST_Multi(g)) AS d, origin
    ), edge AS (
        SELECT polygon, ring, x * lead(y) OVER w - lead(x) OVER w * y AS crossed
        FROM vertex WINDOW w AS (PARTITION BY polygon, ring ORDER BY number)
    ), ring AS (
        SELECT polygon, ring, abs(sum(crossed)) AS area FROM edge GROUP BY polygon, ring
    )
    SELECT coalesce(sum(CASE WHEN ring = 1 THEN area ELSE -area END), 0) FROM ring;
END;
