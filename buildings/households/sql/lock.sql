-- Lock what locked_periods.sql reads, and wait for who else writes it. Only a statement that begins after the wait sees
-- the rows that they have begun meanwhile.
WITH locked AS (
    SELECT h.id
    FROM buildings_household h
    WHERE NOT isempty(h.valid) AND h.identity IN (
        SELECT unnest(%(identities)s::bigint[])
        UNION ALL
        SELECT k.identity FROM buildings_household k
        WHERE k.source_ref = ANY (%(references)s::text[]) AND k.source_ref <> '' AND k.source = %(source)s
        UNION ALL
        SELECT k.identity FROM buildings_household k WHERE k.unit_id = ANY (%(units)s::bigint[]) AND NOT isempty(k.valid))
    ORDER BY h.id
    FOR NO KEY UPDATE OF h
)
SELECT count(*) AS households FROM locked
