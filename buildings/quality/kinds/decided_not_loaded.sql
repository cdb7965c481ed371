-- A row of a register of households was decided, and nothing of it lives where it was said to: why it had waited.
SELECT i.community_id, i.id, coalesce(i.building_id, e.building_id, u.building_id) AS building_id, i.reason AS detail
FROM buildings_reviewitem i
LEFT JOIN buildings_entrance e ON e.id = i.entrance_id
LEFT JOIN buildings_unit u ON u.id = i.unit_id
WHERE i.status = 'decided' AND NOT i.loaded AND i.register = 'households' AND i.decided_at <= %(moment)s
  AND (%(communities)s::bigint[] IS NULL OR i.community_id = ANY (%(communities)s))
  AND NOT EXISTS (
      SELECT FROM buildings_household h
      JOIN buildings_unit w ON w.id = h.unit_id
      WHERE h.valid @> %(moment)s
        AND CASE WHEN i.source_ref <> '' THEN h.source_ref = i.source_ref AND h.source = i.source
                 WHEN i.unit_id IS NOT NULL THEN h.unit_id = i.unit_id
                 ELSE w.building_id = coalesce(i.building_id, e.building_id) END
  )
