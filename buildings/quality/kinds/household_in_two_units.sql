-- A household lives elsewhere too: one of the same reference (户号) and the same name or phone, or of the same name and
-- phone. By what it is known again, and in how many units; nobody is named. The other unit may be anywhere.
WITH living AS MATERIALIZED (
    SELECT b.community_id, b.id AS building_id, h.identity, h.unit_id, h.source_ref, h.head_name, h.phone
    FROM buildings_household h
    JOIN buildings_unit u ON u.id = h.unit_id AND u.valid @> %(moment)s
    JOIN buildings_building b ON b.id = u.building_id AND b.valid @> %(moment)s
    WHERE h.valid @> %(moment)s AND (%(communities)s::bigint[] IS NULL OR b.community_id = ANY (%(communities)s))
), found AS (
    SELECT l.identity, 'reference' AS how, o.unit_id
    FROM living l
    JOIN buildings_household o ON o.source_ref = l.source_ref AND o.source_ref <> '' AND o.unit_id <> l.unit_id
    WHERE o.valid @> %(moment)s
      AND ((l.head_name <> '' AND o.head_name = l.head_name) OR (l.phone <> '' AND o.phone = l.phone))
    UNION
    SELECT l.identity, 'name and phone', o.unit_id
    FROM living l
    JOIN buildings_household o ON o.head_name = l.head_name AND o.phone = l.phone AND o.unit_id <> l.unit_id
    WHERE o.valid @> %(moment)s
      AND l.head_name <> '' AND length(l.phone) >= 7 AND strpos(l.head_name || l.phone, '*') = 0
), elsewhere AS (
    SELECT f.identity, max(f.how) AS how, count(DISTINCT f.unit_id) AS n FROM found f GROUP BY f.identity
)
SELECT l.community_id, l.identity AS id, l.building_id, e.how || ', ' || (e.n + 1)::text || ' units' AS detail
FROM living l JOIN elsewhere e ON e.identity = l.identity
