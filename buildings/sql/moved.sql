-- The buildings that went to or from some grids at a moment, and what each held then.
WITH went AS MATERIALIZED (
    SELECT new.building_id AS id, old.grid_id AS source, new.grid_id AS target
    FROM buildings_buildingassignment new
    JOIN buildings_buildingassignment old ON old.building_id = new.building_id AND upper(old.valid) = lower(new.valid)
    WHERE lower(new.valid) = %(moment)s AND new.grid_id = ANY (%(grids)s)
      AND new.grid_id IS DISTINCT FROM old.grid_id
    UNION
    SELECT new.building_id, old.grid_id, new.grid_id
    FROM buildings_buildingassignment old
    JOIN buildings_buildingassignment new ON old.building_id = new.building_id AND upper(old.valid) = lower(new.valid)
    WHERE upper(old.valid) = %(moment)s AND old.grid_id = ANY (%(grids)s)
      AND new.grid_id IS DISTINCT FROM old.grid_id
)
SELECT w.id, ST_AsBinary(b.location) AS place, w.source, w.target, 1 AS buildings,
       held.units, held.households, held.residents
FROM went w
JOIN buildings_building b ON b.id = w.id
CROSS JOIN LATERAL (
    SELECT count(DISTINCT u.id) FILTER (WHERE u.valid @> %(moment)s) AS units,
           count(h.id) AS households, coalesce(sum(h.residents), 0)::bigint AS residents
    FROM buildings_unit u
    LEFT JOIN buildings_household h ON h.unit_id = u.id AND h.valid @> %(moment)s
    WHERE u.building_id = w.id
) held
