-- On a border between two the one of the lowest code comes last, as the grid of a place on a border has the lowest.
SELECT v.division_id AS division, v.level, v.code, v.name
FROM grids_divisionversion v
WHERE v.valid @> %(moment)s
  AND ST_Covers(v.geom, ST_SetSRID(ST_MakePoint(%(east)s::float8, %(north)s::float8), %(srid)s::int))
  AND (%(areas)s::bigint[] IS NULL
       OR v.division_id IN (SELECT grids_divisions_below(%(areas)s::bigint[]))
       OR v.division_id IN (SELECT grids_divisions_above(%(areas)s::bigint[])))
ORDER BY CASE v.level WHEN 'district' THEN 1 WHEN 'subdistrict' THEN 2 ELSE 3 END, v.code DESC
