-- Where the visible buildings stand (survey CRS) whose addresses hold one of the names, each with its community.
SELECT q.name, b.community_id AS community, ST_X(b.location) AS east, ST_Y(b.location) AS north
FROM unnest(%(names)s::text[]) AS q (name)
CROSS JOIN LATERAL (
    SELECT DISTINCT COALESCE(a.building_id, e.building_id) AS building
    FROM buildings_address a
    LEFT JOIN buildings_entrance e ON e.id = a.entrance_id AND e.valid @> %(moment)s
    WHERE a.normalized LIKE '%%' || q.name || '%%' AND a.unit_id IS NULL AND a.division_id IS NULL
      AND a.valid @> %(moment)s
      AND EXISTS (SELECT FROM unnest(a.keys) k WHERE k = q.name OR starts_with(k, q.name || '|'))
    LIMIT %(limit)s
) found
JOIN buildings_building b ON b.id = found.building AND b.valid @> %(moment)s
WHERE %(areas)s::bigint[] IS NULL OR b.community_id = ANY (ARRAY(SELECT grids_divisions_below(%(areas)s::bigint[])))
ORDER BY q.name, b.id
