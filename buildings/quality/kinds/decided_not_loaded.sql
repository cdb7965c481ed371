-- A row of a register of households was decided, and nothing of it lives where it was said to: why it had waited.
SELECT i.community_id, i.id, coalesce(i.building_id, e.building_id, u.building_id) AS building_id, i.reason AS detail
FROM buildings_reviewitem i
LEFT JOIN buildings_entrance e ON e.id = i.entrance_id
LEFT JOIN buildings_unit u ON u.id = i.unit_id
WHERE i.status = 'decided' AND NOT i.loaded AND i.register = 'households' AND i.decided_at <= %(moment)s
  AND (%(communities)s::bigint[] IS NULL OR i.community_id = ANY (%(communities)s))
  -- Whoever lives there is found by the row's reference, else by its unit, else by its building: three conditions, each
  -- of which the database answers by a table of hashes or an index.
  AND NOT (i.source_ref <> '' AND EXISTS (
      SELECT FROM buildings_household h
      WHERE h.source = i.source AND h.source_ref = i.source_ref AND h.valid @> %(moment)s
  ))
  AND NOT (i.source_ref = '' AND i.unit_id IS NOT NULL AND EXISTS (
      SELECT FROM buildings_household h WHERE h.unit_id = i.unit_id AND h.valid @> %(moment)s
  ))
  AND NOT (i.source_ref = '' AND i.unit_id IS NULL AND EXISTS (
      SELECT FROM buildings_household h
      JOIN buildings_unit w ON w.id = h.unit_id
      WHERE w.building_id = coalesce(i.building_id, e.building_id) AND h.valid @> %(moment)s
  ))
