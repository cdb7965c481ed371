-- A household says the same as another one in its unit, without references that tell them apart: how many do.
WITH counted AS (
    SELECT b.community_id, b.id AS building_id, h.identity, count(*) OVER (
               PARTITION BY h.unit_id, h.head_name, h.phone, h.residents, h.registered, h.source_ref
           ) AS n
    FROM buildings_household h
    JOIN buildings_unit u ON u.id = h.unit_id AND u.valid @> %(moment)s
    JOIN buildings_building b ON b.id = u.building_id AND b.valid @> %(moment)s
    WHERE h.valid @> %(moment)s AND (%(communities)s::bigint[] IS NULL OR b.community_id = ANY (%(communities)s))
      AND (h.head_name <> '' OR h.phone <> '')
)
SELECT c.community_id, c.identity AS id, c.building_id, c.n::text AS detail
FROM counted c
WHERE c.n > 1
