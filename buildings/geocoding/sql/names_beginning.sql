-- Names in Han characters that begin so, or whose pinyin or initials do: the shortest first.
SELECT name FROM (
    (SELECT name FROM buildings_knownname
     WHERE name >= %(sound)s AND name < %(sound)s || U&'\+10FFFF' ORDER BY name LIMIT 200)
    UNION
    (SELECT name FROM buildings_knownname
     WHERE pinyin >= %(sound)s AND pinyin < %(sound)s || U&'\+10FFFF' ORDER BY pinyin, name LIMIT 200)
    UNION
    (SELECT name FROM buildings_knownname
     WHERE initials >= %(sound)s AND initials < %(sound)s || U&'\+10FFFF' ORDER BY initials, name LIMIT 200)
) k
WHERE length(name) >= 3
ORDER BY length(name), name
LIMIT %(limit)s
