-- The grids of many places (law 3), given in survey coordinates, each for a user who reads in ``areas`` (an array of
-- division ids as text; null: everywhere). No row: no grid that the user may see.
-- What lies below the areas is looked up once for all who have the same.
WITH scope AS MATERIALIZED (
    SELECT given.areas, ARRAY(SELECT grids_divisions_below(given.areas::bigint[])) AS visible
    FROM (SELECT DISTINCT unnest((SELECT %(areas)s::text[]))) AS given (areas) WHERE given.areas IS NOT NULL
)
SELECT asked.number, v.code, g.version_id, g.rule, g.margin_m, statement_timestamp()
FROM unnest((SELECT %(numbers)s::int[]), (SELECT %(xs)s::float8[]), (SELECT %(ys)s::float8[]), (SELECT %(areas)s::text[]))
         AS asked (number, x, y, areas)
CROSS JOIN LATERAL grids_grid_of(ST_SetSRID(ST_MakePoint(asked.x, asked.y), %(srid)s::int), statement_timestamp(),
                                 %(tolerance_m)s::float8) AS g
JOIN grids_gridversion v ON v.id = g.version_id
LEFT JOIN scope ON scope.areas = asked.areas
WHERE asked.areas IS NULL OR v.community_id = ANY (scope.visible)
