-- Lock the households that named.sql names, in the order of their ids, and wait for who else writes them. Only a
-- statement that begins after the wait sees the rows that they have begun meanwhile.
SELECT count(*) AS households
FROM (SELECT n.identity FROM named n ORDER BY n.identity) n
CROSS JOIN LATERAL (
    SELECT FROM buildings_household h
    WHERE h.identity = n.identity AND NOT isempty(h.valid)
    ORDER BY h.id
    FOR NO KEY UPDATE
) AS locked
