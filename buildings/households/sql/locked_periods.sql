-- All that is believed of the households that named.sql names; nobody else changes it until the commit.
SELECT n.identity, h.*
FROM (SELECT n.identity FROM named n ORDER BY n.identity) n
CROSS JOIN LATERAL (
    SELECT h.id, lower(h.valid) AS since, upper(h.valid) AS until, h.unit_id, h.head_name, h.phone, h.residents,
           h.registered, h.children, h.elderly, h.floating, h.source, h.source_ref, h.twin
    FROM buildings_household h
    WHERE h.identity = n.identity AND NOT isempty(h.valid)
    ORDER BY h.id
    FOR NO KEY UPDATE
) AS h
