-- The one grid of a place (law 3), given in survey coordinates, and the moment asked of. One row always: without a grid
-- where there is none, and where it lies outside the areas.
SELECT found.grid, found.version, found.rule, found.margin_m, %(moment)s::timestamptz AS at
FROM (VALUES (1)) AS one (row)
LEFT JOIN LATERAL (
    SELECT v.code AS grid, g.version_id AS version, g.rule, g.margin_m
    FROM grids_grid_of(ST_SetSRID(ST_MakePoint(%(x)s::float8, %(y)s::float8), %(srid)s::int),
                       %(moment)s::timestamptz, %(tolerance_m)s::float8) AS g
    JOIN grids_gridversion v ON v.id = g.version_id
    WHERE %(areas)s::bigint[] IS NULL OR v.community_id = ANY (ARRAY(SELECT grids_divisions_below(%(areas)s::bigint[])))
) found ON true
