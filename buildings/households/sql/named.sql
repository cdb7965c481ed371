-- The households that are asked about: by their ids, by a source's references, or by units that they lived in. Each is
-- looked up by itself: in the first import of a city no statistics tell the planner how few they are.
WITH named (identity) AS (
    SELECT unnest((SELECT %(identities)b::bigint[]))
    UNION
    SELECT k.identity
    FROM unnest((SELECT %(references)b::text[])) AS asked (reference)
    CROSS JOIN LATERAL (
        SELECT h.identity FROM buildings_household h
        WHERE h.source_ref = asked.reference AND h.source_ref <> '' AND h.source = %(source)s
        OFFSET 0
    ) k
    UNION
    SELECT k.identity
    FROM unnest((SELECT %(units)b::bigint[])) AS asked (unit)
    CROSS JOIN LATERAL (
        SELECT h.identity FROM buildings_household h WHERE h.unit_id = asked.unit AND NOT isempty(h.valid) OFFSET 0
    ) k
)
