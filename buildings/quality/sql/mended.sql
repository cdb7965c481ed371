-- The cases of one kind that were there then and are not now, by community and id. {then} and {cases} are the kind's
-- statement at both times.
SELECT t.community_id, t.id, t.building_id, t.detail, NULL::bigint AS decision
FROM (
{then}
) t
LEFT JOIN (
{cases}
) n ON n.id = t.id
WHERE n.id IS NULL AND (coalesce(t.community_id, %(nowhere)s), t.id) > (%(community)s, %(after)s)
ORDER BY coalesce(t.community_id, %(nowhere)s), t.id
LIMIT %(limit)s
