-- All that is believed of the households that named.sql names: by their ids, by a source's references, or by units that
-- they lived in; nobody else changes it until the commit.
SELECT h.identity, h.id, lower(h.valid) AS since, upper(h.valid) AS until, h.unit_id, h.head_name, h.phone, h.residents, h.registered,
       h.children, h.elderly, h.floating, h.source, h.source_ref, h.twin
FROM buildings_household h
WHERE NOT isempty(h.valid) AND h.identity IN (SELECT identity FROM named)
ORDER BY h.id
FOR NO KEY UPDATE OF h
