-- One layer of one tile, as a scalar: its features, or counts of them where features would not fit.
-- {light} and {full} are the rows the user may see, without and with the published columns; {name} is the layer's.
(WITH total AS MATERIALIZED (
    SELECT count(*) AS features FROM (
        SELECT 1 FROM ({light}) AS light
        WHERE "__geom" && ST_TileEnvelope(%(z)s, %(x)s, %(y)s, margin => {margin}) LIMIT {max_features} + 1
    ) AS first_ones
), drawn AS MATERIALIZED (
    -- In the order of ids, so that the same rows give the same bytes (and one ETag).
    SELECT ST_AsMVT("__row", {name}, {extent}, '__geom', '__fid' ORDER BY "__row"."__fid") AS body
    FROM (
        SELECT "__fid"::bigint AS "__fid", {columns} coalesce(
            ST_AsMVTGeom("__geom", ST_TileEnvelope(%(z)s, %(x)s, %(y)s), {extent}, {buffer}, true),
            tiles_speck("__geom", ST_TileEnvelope(%(z)s, %(x)s, %(y)s),
                        ST_TileEnvelope(%(z)s, %(x)s, %(y)s, margin => {margin}))
        ) AS "__geom"
        FROM ({full}) AS source
        WHERE "__geom" && ST_TileEnvelope(%(z)s, %(x)s, %(y)s, margin => {margin})
          AND (SELECT features FROM total) <= {max_features}
    ) AS "__row"  -- ST_AsMVT skips rows without a geometry; to say so here would compute each geometry twice
), counted AS (
    SELECT ST_AsMVT("__row", {name}, {extent}, '__geom', '__fid' ORDER BY "__row"."__fid") AS body
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
                SELECT CASE WHEN cx >= west AND (cx < east OR (%(x)s + 1 = 1 << %(z)s AND cx = east))
                            THEN least(floor((cx - west) / unit), {extent} - 1)::int END AS px,
                       CASE WHEN cy <= north AND (cy > south OR (%(y)s + 1 = 1 << %(z)s AND cy = south))
                            THEN least(floor((north - cy) / unit), {extent} - 1)::int END AS py
                FROM (
                    SELECT {middle_x} AS cx, {middle_y} AS cy FROM ({light}) AS light
                    WHERE "__geom" && ST_TileEnvelope(%(z)s, %(x)s, %(y)s, margin => {margin})
                    OFFSET 0  -- each middle is computed once, though it is named often: three times faster
                ) AS middle, (
                    SELECT ST_XMin(t) AS west, ST_XMax(t) AS east, ST_YMin(t) AS south, ST_YMax(t) AS north,
                           (ST_XMax(t) - ST_XMin(t)) / {extent} AS unit
                    FROM ST_TileEnvelope(%(z)s, %(x)s, %(y)s) AS t
                ) AS tile
            ) AS placed
            WHERE px IS NOT NULL AND py IS NOT NULL
        ) AS binned
        GROUP BY line, col
    ) AS "__row"
)
SELECT CASE
    WHEN (SELECT features FROM total) > {max_features} OR octet_length((SELECT body FROM drawn)) > {max_bytes}
    THEN (SELECT body FROM counted) ELSE (SELECT body FROM drawn) END)
