-- The buildings that follow the partition, each from the moment given, from where the building begins, or from just
-- after a row that has begun since.
CREATE TEMP TABLE following ON COMMIT DROP AS
WITH part AS MATERIALIZED (
    SELECT d.geom FROM ST_Dump(ST_GeomFromWKB(%(area)s, %(srid)s)) AS d
), building AS MATERIALIZED (
    SELECT id, location, valid FROM buildings_building
    WHERE %(ids)s::bigint[] IS NULL AND %(area)s::bytea IS NULL
    UNION ALL
    SELECT id, location, valid FROM buildings_building WHERE id = ANY (%(ids)s::bigint[])
    UNION ALL
    SELECT DISTINCT ON (b.id) b.id, b.location, b.valid
    FROM part JOIN buildings_building b ON ST_Intersects(part.geom, b.location)
), held AS (
    SELECT b.id, max(lower(a.valid)) FILTER (WHERE lower(a.valid) BETWEEN %(moment)s AND clock_timestamp())
                     + interval '1 microsecond' AS begun
    FROM building b JOIN buildings_buildingassignment a ON a.building_id = b.id AND NOT isempty(a.valid) GROUP BY b.id
)
SELECT b.id, b.location, greatest(%(moment)s, lower(b.valid), h.begun) AS begins, upper(b.valid) AS ends,
       lower(b.valid) AS built, h.id IS NULL AS new
FROM building b LEFT JOIN held h ON h.id = b.id
WHERE upper_inf(b.valid) OR upper(b.valid) > %(moment)s
