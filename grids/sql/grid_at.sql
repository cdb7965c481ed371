-- The one grid of a place (law 3), given in survey coordinates.
SELECT v.code AS grid, g.version_id AS version, g.rule AS rule, g.margin_m AS margin_m, c.code AS community
FROM grids_grid_of(ST_SetSRID(ST_MakePoint(%(x)s, %(y)s), %(srid)s), %(moment)s, %(tolerance_m)s) AS g
JOIN grids_gridversion v ON v.id = g.version_id
LEFT JOIN grids_divisionversion c ON c.division_id = v.community_id AND c.valid @> %(moment)s
