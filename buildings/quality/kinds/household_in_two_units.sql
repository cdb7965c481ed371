-- A household lives elsewhere too: one of the same reference (户号) and the same name or phone, or of the same name and
-- phone. In how many units, and not by what it is known again: who reads cases need not be allowed to read of people.
-- Only units in these communities count: nothing is told of another's area.
WITH living AS MATERIALIZED (
    SELECT b.community_id, b.id AS building_id, h.identity, h.unit_id, h.source_ref, h.head_name, h.phone
    FROM buildings_household h
    JOIN buildings_unit u ON u.id = h.unit_id AND u.valid @> %(moment)s
    JOIN buildings_building b ON b.id = u.building_id AND b.valid @> %(moment)s
    WHERE h.valid @> %(moment)s AND (%(communities)s::bigint[] IS NULL OR b.community_id = ANY (%(communities)s))
), found AS (
    SELECT l.identity, o.unit_id
    FROM living l
    JOIN living o ON o.source_ref = l.source_ref AND o.unit_id <> l.unit_id
    WHERE l.source_ref <> ''
      AND ((l.head_name <> '' AND o.head_name = l.head_name) OR (l.phone <> '' AND o.phone = l.phone))
    UNION
    SELECT l.identity, o.unit_id
    FROM living l
    JOIN living o ON o.head_name = l.head_name AND o.phone = l.phone AND o.unit_id <> l.unit_id
    WHERE l.head_name <> '' AND length(l.phone) >= 7 AND strpos(l.head_name || l.phone, '*') = 0
), elsewhere AS (
    SELECT f.identity, count(*) AS n FROM found f GROUP BY f.identity
)
SELECT l.community_id, l.identity AS id, l.building_id, (e.n + 1)::text || ' units' AS detail
FROM living l JOIN elsewhere e ON e.identity = l.identity
