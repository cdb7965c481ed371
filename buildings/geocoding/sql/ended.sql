-- When addresses that an asked text may be ended, and when units and entrances of the buildings found were called
-- otherwise: the newest first. The look-ups in `registered.sql` and `keyed.sql` say why they are written so.
SELECT DISTINCT until FROM (
    SELECT upper(a.valid) AS until
    FROM unnest((SELECT %(texts)b::varchar[])) AS asked (text)
    CROSS JOIN LATERAL (
        SELECT h.valid FROM buildings_address h
        WHERE h.normalized >= asked.text AND h.normalized <= asked.text AND h.division_id IS NULL
          AND NOT upper_inf(h.valid) AND NOT isempty(h.valid)
        LIMIT 100
    ) a
    UNION ALL
    SELECT upper(a.valid)
    FROM unnest((SELECT %(keys)b::text[])) AS q (key)
    CROSS JOIN LATERAL (
        SELECT h.valid FROM buildings_address h
        WHERE h.keys @> ARRAY[q.key] AND h.unit_id IS NULL AND NOT upper_inf(h.valid) AND NOT isempty(h.valid)
        LIMIT 100
    ) a
    UNION ALL
    SELECT upper(s.valid) FROM buildings_unitstate s
    WHERE s.building_id = ANY ((SELECT %(buildings)b::bigint[])::bigint[])
      AND s.number = ANY ((SELECT %(rooms)b::text[])::text[])
    UNION ALL
    SELECT upper(u.valid) FROM buildings_unit u
    WHERE u.building_id = ANY ((SELECT %(buildings)b::bigint[])::bigint[])
      AND u.number = ANY ((SELECT %(rooms)b::text[])::text[]) AND NOT upper_inf(u.valid)
    UNION ALL
    SELECT upper(s.valid) FROM buildings_entrancestate s
    WHERE s.building_id = ANY ((SELECT %(buildings)b::bigint[])::bigint[])
    UNION ALL
    SELECT upper(e.valid) FROM buildings_entrance e
    WHERE e.building_id = ANY ((SELECT %(buildings)b::bigint[])::bigint[]) AND NOT upper_inf(e.valid)
) ended
WHERE until IS NOT NULL AND until <= %(moment)s
ORDER BY until DESC
LIMIT %(limit)s
