-- One layer of one tile as counts of its features, as a scalar, where the features would not fit (layer.sql).
-- {light} are the rows the user may see, {name} is the layer's.
(SELECT ST_AsMVT("__row", {name}, {extent}, '__geom', '__fid' ORDER BY "__row"."__fid")
FROM (
    -- Whole numbers throughout: the mean of a bin does not depend on the order of its rows.
    SELECT (%(y)s::bigint * {bins} + line) * ({bins}::bigint << %(z)s) + %(x)s::bigint * {bins} + col
               AS "__fid",
           count(*) AS point_count, true AS cluster,
           ST_MakePoint(sum(px) / count(*), sum(py) / count(*)) AS "__geom"
    FROM (
        SELECT px, py, px * {bins} / {extent} AS col, py * {bins} / {extent} AS line
        FROM (
            -- A feature belongs to the one tile that holds the middle of its box: west and north borders are in,
            -- east and south borders are out, but for the last column and row of the world.
            SELECT CASE WHEN cx >= west AND (cx < east OR (%(x)s + 1 = {across} AND cx = east))
                        THEN least(floor((cx - west) / unit), {extent} - 1)::int END AS px,
                   CASE WHEN cy <= north AND (cy > south OR (%(y)s + 1 = {down} AND cy = south))
                        THEN least(floor((north - cy) / unit), {extent} - 1)::int END AS py
            FROM (
                SELECT {middle_x} AS cx, {middle_y} AS cy FROM ({light}) AS light
                WHERE "__geom" && {searched}
                OFFSET 0  -- each middle is computed once, though it is named often: three times faster
            ) AS middle, (
                SELECT ST_XMin(t) AS west, ST_XMax(t) AS east, ST_YMin(t) AS south, ST_YMax(t) AS north,
                       (ST_XMax(t) - ST_XMin(t)) / {extent} AS unit
                FROM {tile} AS t
            ) AS tile
        ) AS placed
        WHERE px IS NOT NULL AND py IS NOT NULL
    ) AS binned
    GROUP BY line, col
) AS "__row")
