-- The buildings that stand now under one reference of one source, but for the mark that a double bears: those with a
-- code first, as codes are never given to another.
SELECT array_agg(b.id ORDER BY (c.id IS NULL), b.id) AS ids
FROM buildings_building b
LEFT JOIN LATERAL (
    SELECT id FROM buildings_buildingcode WHERE building_id = b.id AND upper_inf(valid) LIMIT 1
) c ON true
WHERE upper_inf(b.valid) AND b.source_ref <> ''
GROUP BY b.source, regexp_replace(b.source_ref, '#double-[0-9]+$', '')
HAVING count(*) > 1
ORDER BY 1
