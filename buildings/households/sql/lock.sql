-- Lock the households that named.sql names, and wait for who else writes them. Only a statement that begins after the
-- wait sees the rows that they have begun meanwhile.
SELECT count(*) AS households
FROM (
    SELECT h.id FROM buildings_household h
    WHERE NOT isempty(h.valid) AND h.identity IN (SELECT identity FROM named)
    ORDER BY h.id
    FOR NO KEY UPDATE OF h
) AS locked
