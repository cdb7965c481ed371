-- Law 3: the one grid responsible for a place at a moment. Inside one grid: that one. On a shared
-- border, which is where the distance is below a micrometre: the lowest code. Outside all: the
-- nearest within the tolerance. No row: nobody; the caller queues the place as unassigned.
CREATE OR REPLACE FUNCTION grids_grid_of(place geometry, moment timestamptz, tolerance_m float8)
    RETURNS TABLE (grid_id bigint, version_id bigint, rule text, margin_m float8)
    LANGUAGE sql STABLE PARALLEL SAFE ROWS 1
BEGIN ATOMIC
    SELECT nearest.grid_id, nearest.id,
           CASE WHEN nearest.outside_m > 0 THEN 'nearest'
                WHEN nearest.margin_m < 1e-6 THEN 'border'
                ELSE 'inside' END,
           CASE WHEN nearest.outside_m > 0 THEN nearest.outside_m ELSE nearest.margin_m END
    FROM (
        SELECT v.grid_id, v.id, d.outside_m, ST_Distance(ST_Boundary(v.geom), place) AS margin_m
        FROM grids_gridversion v,
             LATERAL (SELECT round(ST_Distance(v.geom, place)::numeric, 6)::float8 AS outside_m) d
        WHERE v.geom && ST_Expand(place, tolerance_m + 0.001)
          AND v.valid @> moment
          AND d.outside_m <= tolerance_m
        ORDER BY d.outside_m, v.code
        LIMIT 1
    ) nearest;
END;
