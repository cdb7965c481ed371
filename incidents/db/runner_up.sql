-- How far around a place its accuracy lets another grid be meant: NULL where the grid is farther than that from its border.
CREATE OR REPLACE FUNCTION incidents_reach(margin_m float8, accuracy_m float8, near_m float8) RETURNS float8
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
BEGIN ATOMIC
    SELECT CASE WHEN margin_m <= greatest(near_m, least(coalesce(accuracy_m, 0), 1000)) THEN greatest(near_m, least(coalesce(accuracy_m, 0), 1000)) END;
END;

-- The grid that would have had a place but for the one that has: the nearest other one at a moment, as far as ``reach_m``.
CREATE OR REPLACE FUNCTION incidents_runner_up_within(place geometry, moment timestamptz, held bigint, reach_m float8)
    RETURNS TABLE (grid_id bigint, version_id bigint, code text, distance_m float8)
    LANGUAGE sql STABLE PARALLEL SAFE ROWS 1
BEGIN ATOMIC
    SELECT v.grid_id, v.id, v.code::text, ST_Distance(v.geom, place)
    FROM grids_gridversion AS v
    WHERE v.valid @> moment AND v.grid_id <> held AND ST_DWithin(v.geom, place, reach_m)
    ORDER BY ST_Distance(v.geom, place), v.code LIMIT 1;
END;

CREATE OR REPLACE FUNCTION incidents_runner_up(place geometry, moment timestamptz, held bigint)
    RETURNS TABLE (grid_id bigint, version_id bigint, code text, distance_m float8)
    LANGUAGE sql STABLE PARALLEL SAFE ROWS 1
BEGIN ATOMIC
    SELECT r.grid_id, r.version_id, r.code, r.distance_m FROM incidents_runner_up_within(place, moment, held, 1000) AS r;
END;
