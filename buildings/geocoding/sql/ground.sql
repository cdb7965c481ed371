-- The ground to stand on at a moment: grids and divisions, and whether they may be seen.
SELECT 'grid' AS level, v.grid_id AS id, v.code, '' AS name, ST_AsBinary(v.geom) AS shape,
       %(areas)s::bigint[] IS NULL OR v.community_id = ANY (ARRAY(SELECT grids_divisions_below(%(areas)s::bigint[])))
           AS visible
FROM grids_gridversion v
WHERE v.valid @> %(moment)s
UNION ALL
SELECT v.level, v.division_id, v.code, v.name, ST_AsBinary(v.geom),
       %(areas)s::bigint[] IS NULL
       OR v.division_id = ANY (ARRAY(SELECT grids_divisions_below(%(areas)s::bigint[])))
       OR v.division_id = ANY (ARRAY(SELECT grids_divisions_above(%(areas)s::bigint[])))
FROM grids_divisionversion v
WHERE v.valid @> %(moment)s AND v.geom IS NOT NULL
ORDER BY code
