-- Since when an address that still leads to its target is a former one: it was another kind of address until then.
SELECT asked.n, h.text, upper(h.valid) AS until
FROM unnest(%(targets)s::text[], %(ids)s::bigint[], %(texts)s::text[]) WITH ORDINALITY AS asked (target, id, text, n)
CROSS JOIN LATERAL (
    SELECT a.text, a.valid FROM buildings_address a
    WHERE asked.id = CASE asked.target WHEN 'unit' THEN a.unit_id WHEN 'entrance' THEN a.entrance_id
                                       ELSE a.building_id END
      AND a.normalized = asked.text AND a.kind <> 'former' AND NOT upper_inf(a.valid) AND NOT isempty(a.valid)
    ORDER BY upper(a.valid) DESC LIMIT 1
) h
WHERE NOT EXISTS (
    SELECT FROM buildings_address o
    WHERE asked.id = CASE asked.target WHEN 'unit' THEN o.unit_id WHEN 'entrance' THEN o.entrance_id
                                       ELSE o.building_id END
      AND o.normalized = asked.text AND o.kind <> 'former' AND o.valid @> %(moment)s
)
