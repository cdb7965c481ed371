-- What is in the buildings of grids at a moment.
SELECT a.grid_id, count(DISTINCT u.id) AS units, count(h.id) AS households, coalesce(sum(h.residents), 0)::bigint AS residents
FROM buildings_buildingassignment a
JOIN buildings_unit u ON u.building_id = a.building_id AND u.valid @> %(moment)s
LEFT JOIN buildings_household h ON h.unit_id = u.id AND h.valid @> %(moment)s
WHERE a.grid_id = ANY (%(grids)s) AND a.valid @> %(moment)s
GROUP BY a.grid_id
