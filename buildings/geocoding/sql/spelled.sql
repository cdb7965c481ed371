-- Names in Han characters that sound like one of the spellings, whole or by their initials.
SELECT q.spelling, k.name
FROM unnest(%(spellings)s::text[]) AS q (spelling)
CROSS JOIN LATERAL (
    SELECT o.name, 1 AS way FROM buildings_knownname o WHERE o.pinyin = q.spelling
    UNION ALL
    (SELECT o.name, 2 FROM buildings_knownname o WHERE o.initials = q.spelling ORDER BY length(o.name), o.name LIMIT 3)
) k
WHERE k.name <> q.spelling
ORDER BY k.way, length(k.name), k.name
