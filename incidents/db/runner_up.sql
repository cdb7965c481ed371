-- The grid that would have had a place but for the one that has: the nearest other one at a moment, and how far it is.
CREATE OR REPLACE FUNCTION incidents_runner_up(place geometry, moment timestamptz, held bigint)
    RETURNS TABLE (grid_id bigint, version_id bigint, code text, distance_m float8)
    LANGUAGE sql STABLE PARALLEL SAFE ROWS 1
BEGIN ATOMIC
    SELECT v.grid_id, v.id, v.code::text, ST_Distance(v.geom, place)
    FROM grids_gridversion AS v
    WHERE v.valid @> moment AND v.grid_id <> held AND ST_DWithin(v.geom, place, 1000)
    ORDER BY ST_Distance(v.geom, place), v.code LIMIT 1;
END;
