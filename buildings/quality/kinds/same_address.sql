-- Several buildings have one standard address: which.
WITH counted AS (
    SELECT b.community_id, b.id, a.normalized, count(*) OVER (PARTITION BY a.normalized) AS n
    FROM buildings_building b
    JOIN buildings_address a ON a.building_id = b.id AND a.kind = 'standard' AND a.valid @> %(moment)s
    WHERE b.valid @> %(moment)s AND (%(communities)s::bigint[] IS NULL OR b.community_id = ANY (%(communities)s))
)
SELECT c.community_id, c.id, c.id AS building_id, c.normalized AS detail
FROM counted c
WHERE c.n > 1
