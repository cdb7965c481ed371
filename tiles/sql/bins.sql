-- One layer of one tile in bins: a bin with one feature holds that feature, a bin with more holds their number.
-- The bins of a zoom are the same for every tile, so neighbouring tiles agree along their seam.
-- {light} and {full} are the rows the user may see, without and with the published columns; {name} is the layer's.
-- {moment} is the column by which the table may be partitioned: with it one partition is looked into for one feature.
(WITH tile AS MATERIALIZED (
    SELECT t AS clip, ST_XMin(t) AS west, ST_XMax(t) AS east, ST_YMin(t) AS south, ST_YMax(t) AS north,
           (ST_XMax(t) - ST_XMin(t)) / {extent} AS unit
    FROM {tile} AS t
), binned AS MATERIALIZED (
    SELECT px * {bins} / {extent} AS col, py * {bins} / {extent} AS line, count(*) AS features,
           min(fid) AS first, min(moment) AS moment, sum(px) / count(*) AS x, sum(py) / count(*) AS y
    FROM (
        SELECT fid, moment,
               least(floor((cx - (SELECT west FROM tile)) / (SELECT unit FROM tile)), {extent} - 1)::int AS px,
               least(floor(((SELECT north FROM tile) - cy) / (SELECT unit FROM tile)), {extent} - 1)::int AS py
        FROM (
            SELECT "__fid" AS fid, {moment} AS moment, {middle_x} AS cx, {middle_y} AS cy FROM ({light}) AS light
            WHERE "__geom" && {searched}
            OFFSET 0  -- each middle is computed once, though it is named often
        ) AS middle
        -- Each feature belongs to the one tile that holds it: west and north borders are in, east and south borders
        -- are out, but for the last column and row of the world.
        WHERE cx >= (SELECT west FROM tile) AND cy <= (SELECT north FROM tile)
          AND (cx < (SELECT east FROM tile) OR (%(x)s + 1 = {across} AND cx = (SELECT east FROM tile)))
          AND (cy > (SELECT south FROM tile) OR (%(y)s + 1 = {down} AND cy = (SELECT south FROM tile)))
        OFFSET 0
    ) AS placed
    GROUP BY col, line
)
SELECT coalesce(ST_AsMVT("__row", {name}, {extent}, '__geom', '__fid' ORDER BY "__row"."__fid"), ''::bytea)
FROM (
    SELECT "__fid"::bigint AS "__fid", {columns} NULL::bigint AS point_count, NULL::boolean AS cluster,
           ST_AsMVTGeom({shape}, (SELECT clip FROM tile), {extent}, {buffer}, true) AS "__geom"
    FROM binned CROSS JOIN LATERAL (
        SELECT * FROM ({full}) AS source WHERE source."__fid" = binned.first AND {same_moment} LIMIT 1
    ) AS single
    WHERE binned.features = 1
    UNION ALL
    -- Numbers of bins lie beyond those of features.
    SELECT {beyond} + (%(y)s::bigint * {bins} + line) * ({bins}::bigint << %(z)s) + %(x)s::bigint * {bins} + col,
           {nulls} features, true, ST_MakePoint(x, y)
    FROM binned WHERE features > 1
) AS "__row")
