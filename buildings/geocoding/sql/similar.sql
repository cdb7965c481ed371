-- Addresses of houses that resemble the question by trigrams.
SELECT a.text, a.normalized, a.kind,
       CASE WHEN a.unit_id IS NOT NULL THEN 'unit' WHEN a.entrance_id IS NOT NULL THEN 'entrance' ELSE 'building' END
           AS target,
       COALESCE(a.unit_id, a.entrance_id, a.building_id) AS id,
       b.id AS building, b.community_id AS community
FROM buildings_address a
LEFT JOIN buildings_unit u ON u.id = a.unit_id AND u.valid @> %(moment)s
LEFT JOIN buildings_entrance e ON e.id = a.entrance_id AND e.valid @> %(moment)s
JOIN buildings_building b ON b.id = COALESCE(a.building_id, e.building_id, u.building_id) AND b.valid @> %(moment)s
WHERE %(core)s <%% a.normalized
  AND a.unit_id IS NULL
  AND a.valid @> %(moment)s
  AND (%(areas)s::bigint[] IS NULL OR b.community_id = ANY (ARRAY(SELECT grids_divisions_below(%(areas)s::bigint[]))))
ORDER BY word_similarity(%(core)s, a.normalized) DESC, length(a.normalized), a.id
LIMIT %(limit)s
