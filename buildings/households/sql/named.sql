WITH named (identity) AS (
    SELECT unnest(%(identities)s::bigint[])
    UNION ALL
    SELECT k.identity FROM buildings_household k
    WHERE k.source_ref = ANY (%(references)s::text[]) AND k.source_ref <> '' AND k.source = %(source)s
    UNION ALL
    SELECT k.identity FROM buildings_household k WHERE k.unit_id = ANY (%(units)s::bigint[]) AND NOT isempty(k.valid)
)
