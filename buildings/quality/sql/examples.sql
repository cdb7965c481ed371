-- How many cases of one kind there are in each community, and the first of them. {cases} is the kind's statement.
SELECT c.community_id, count(*) AS n, (array_agg(c.id ORDER BY c.id))[1:%(examples)s] AS ids,
       (array_agg(c.detail ORDER BY c.id))[1:%(examples)s] AS details
FROM (
{cases}
) c
GROUP BY c.community_id
