-- The features of one layer of one tile, as a scalar; NULL where they would not fit: they are counted then (counts.sql).
-- {tile} is the tile in the CRS that it is cut in, {buffered} what is drawn around it too, {searched} the same in the CRS
-- of the stored geometry, {shape} that geometry in the CRS of the tile.
-- {full} are the rows the user may see with the published columns, {name} is the layer's.
(WITH found AS MATERIALIZED (
    -- Read once: whether they are too many is known before any is drawn.
    SELECT * FROM ({full}) AS source
    WHERE "__geom" && {searched}
    LIMIT {max_features} + 1
), tile AS MATERIALIZED (
    SELECT {tile} AS clip, {buffered} AS search
)
SELECT CASE WHEN octet_length(body) <= {max_bytes} AND (SELECT count(*) FROM found) <= {max_features} THEN body END
FROM (
    SELECT ST_AsMVT("__row", {name}, {extent}, '__geom', '__fid') AS body
    FROM (
        SELECT "__fid"::bigint AS "__fid", {columns} coalesce(
            ST_AsMVTGeom({shape}, (SELECT clip FROM tile), {extent}, {buffer}, true),
            tiles_speck({shape}, (SELECT clip FROM tile), (SELECT search FROM tile))
        ) AS "__geom"
        -- In the order of ids, so that the same rows give the same bytes (and one ETag).
        FROM (SELECT * FROM found ORDER BY "__fid") AS in_order
        WHERE (SELECT count(*) FROM found) <= {max_features}
    ) AS "__row"  -- ST_AsMVT skips rows without a geometry; to say so here would compute each geometry twice
) AS drawn)
