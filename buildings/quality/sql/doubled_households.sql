-- The households that live in one unit now and say the same, by name or telephone, without references that tell them
-- apart.
SELECT u.building_id AS building, array_agg(h.identity ORDER BY h.identity) AS ids
FROM buildings_household h JOIN buildings_unit u ON u.id = h.unit_id
WHERE upper_inf(h.valid) AND (h.head_name <> '' OR h.phone <> '')
GROUP BY u.building_id, h.unit_id, h.head_name, h.phone, h.residents, h.registered, h.source_ref
HAVING count(DISTINCT h.identity) > 1
ORDER BY 2
