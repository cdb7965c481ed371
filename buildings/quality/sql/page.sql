-- The cases of one kind behind a place in the list, by community and id, and the decision on each that still holds: one
-- that was made when the case said what it says now. {cases} is the kind's statement.
SELECT c.community_id, c.id, c.building_id, c.detail, d.id AS decision
FROM (
{cases}
) c
LEFT JOIN buildings_qualitydecision d
    ON d.kind = %(kind)s AND d.target_id = c.id AND d.detail = c.detail AND d.valid @> statement_timestamp()
WHERE (%(seen_right)s::boolean IS NULL OR (d.id IS NOT NULL) = %(seen_right)s)
  AND (%(ids)s::bigint[] IS NULL OR c.id = ANY (%(ids)s))
  AND (coalesce(c.community_id, %(nowhere)s), c.id) > (%(community)s, %(after)s)
ORDER BY coalesce(c.community_id, %(nowhere)s), c.id
LIMIT %(limit)s
