-- Those of many texts and keys under which addresses stand that have ended. See `ended.sql`.
SELECT asked.text AS said
FROM unnest((SELECT %(texts)b::varchar[])) AS asked (text)
CROSS JOIN LATERAL (
    SELECT FROM buildings_address h
    WHERE h.normalized >= asked.text AND h.normalized <= asked.text AND h.division_id IS NULL
      AND NOT upper_inf(h.valid) AND NOT isempty(h.valid) AND upper(h.valid) <= %(moment)s
    LIMIT 1
) a
UNION ALL
SELECT q.key
FROM unnest((SELECT %(keys)b::text[])) AS q (key)
CROSS JOIN LATERAL (
    SELECT FROM buildings_address h
    WHERE h.keys @> ARRAY[q.key] AND h.unit_id IS NULL AND NOT upper_inf(h.valid) AND NOT isempty(h.valid)
      AND upper(h.valid) <= %(moment)s
    LIMIT 1
) a
