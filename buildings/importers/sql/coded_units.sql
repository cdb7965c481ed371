-- The units that have, or ever had, each of some codes: the building of each, and whether it stands.
SELECT c.code, u.id, u.building_id, upper_inf(u.valid)
FROM unnest((SELECT %(codes)b::text[])) AS asked (code)
JOIN buildings_unitcode c ON c.code = asked.code
JOIN buildings_unit u ON u.id = c.unit_id
