-- The divisions that contain each of many places, as `containing.sql` says of one.
-- What lies below and above the areas is looked up once.
WITH scope AS MATERIALIZED (
    SELECT CASE WHEN (SELECT %(areas)s::bigint[]) IS NOT NULL
                THEN ARRAY(SELECT grids_divisions_below((SELECT %(areas)s::bigint[])))
                     || ARRAY(SELECT grids_divisions_above((SELECT %(areas)s::bigint[]))) END AS visible
)
SELECT asked.n, v.division_id AS division, v.level, v.code, v.name
FROM unnest((SELECT %(east)b::float8[]), (SELECT %(north)b::float8[])) WITH ORDINALITY AS asked (east, north, n)
CROSS JOIN scope
CROSS JOIN LATERAL (
    SELECT d.division_id, d.level, d.code, d.name
    FROM grids_divisionversion d
    WHERE d.valid @> %(moment)s
      AND ST_Covers(d.geom, ST_SetSRID(ST_MakePoint(asked.east, asked.north), %(srid)s::int))
      AND (scope.visible IS NULL OR d.division_id = ANY (scope.visible))
    OFFSET 0
) v
ORDER BY asked.n, CASE v.level WHEN 'district' THEN 1 WHEN 'subdistrict' THEN 2 ELSE 3 END, v.code DESC
