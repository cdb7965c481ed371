-- Known names that differ from an asked one by one sign or sound like it, that go on from it, or that it goes on from
-- or ends with.
SELECT q.name AS asked, near.name AS known
FROM unnest(%(names)s::text[], %(sounds)s::text[]) AS q (name, sound)
CROSS JOIN LATERAL (
    SELECT k.name
    FROM buildings_knownname k
    WHERE k.shortened && (ARRAY(SELECT overlay(q.name PLACING '' FROM i FOR 1) FROM generate_series(1, length(q.name)) i)
                          || q.name)
    UNION
    SELECT k.name FROM buildings_knownname k WHERE k.pinyin = q.sound
    UNION
    SELECT k.name
    FROM buildings_knownname k
    WHERE k.name = ANY (ARRAY(SELECT right(q.name, i) FROM generate_series(3, length(q.name) - 1) i)
                        || ARRAY(SELECT left(q.name, i) FROM generate_series(3, length(q.name) - 1) i))
    UNION
    (SELECT k.name
     FROM buildings_knownname k
     WHERE k.name >= q.name AND k.name < q.name || U&'\+10FFFF'
     ORDER BY k.name
     LIMIT 20)
) near
WHERE near.name <> q.name
