-- A feature that ST_AsMVTGeom drops because it is smaller than the tile's grid (PostGIS < 3.5, trac #5836), drawn one
-- pixel (8 of 4096 units) wide where it lies; NULL when it does not lie in the searched box at all.
CREATE OR REPLACE FUNCTION tiles_speck(feature geometry, tile geometry, search geometry) RETURNS geometry
LANGUAGE sql IMMUTABLE PARALLEL SAFE
BEGIN ATOMIC
    WITH part AS (
        SELECT ST_ClipByBox2D(feature, Box2D(search)) AS piece, (ST_XMax(tile) - ST_XMin(tile)) / 1024 AS half_pixel
    ), spot AS (
        SELECT coalesce(ST_PointOnSurface(piece), ST_Centroid(piece)) AS middle, half_pixel
        FROM part WHERE NOT ST_IsEmpty(piece)
    )
    SELECT ST_AsMVTGeom(
        CASE WHEN ST_Dimension(feature) = 1
             THEN ST_MakeLine(ST_Translate(middle, -half_pixel, 0), ST_Translate(middle, half_pixel, 0))
             ELSE ST_Expand(middle, half_pixel) END,
        Box2D(tile), 4096, 64, true)
    FROM spot;
END;
