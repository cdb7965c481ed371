-- Several buildings have one point: how many.
WITH counted AS (
    SELECT b.community_id, b.id, count(*) OVER (PARTITION BY b.location) AS n
    FROM buildings_building b
    WHERE b.valid @> %(moment)s AND (%(communities)s::bigint[] IS NULL OR b.community_id = ANY (%(communities)s))
)
SELECT c.community_id, c.id, c.id AS building_id, c.n::text AS detail
FROM counted c
WHERE c.n > 1
