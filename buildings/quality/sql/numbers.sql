-- How many cases of one kind there were at a moment, and of how many somebody had seen by then that they were right.
-- {cases} is the kind's statement.
SELECT count(*) - count(d.id) AS open, count(d.id) AS seen_right
FROM (
{cases}
) c
LEFT JOIN buildings_qualitydecision d
    ON d.kind = %(kind)s AND d.target_id = c.id AND d.detail = c.detail AND d.valid @> %(at)s
