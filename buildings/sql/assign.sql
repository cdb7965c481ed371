-- Which grid each building stands in from its moment on (law 3), also after each change that is planned for its ground.
-- It is asked from the moment given, from where the building begins, or from just after a row that has begun since.
CREATE TEMP TABLE assigned ON COMMIT DROP AS
WITH part AS MATERIALIZED (
    SELECT d.geom FROM ST_Dump(ST_GeomFromWKB(%(ground)s, %(srid)s)) AS d
), building AS MATERIALIZED (
    SELECT id, location, valid FROM buildings_building
    WHERE %(ids)s::bigint[] IS NULL AND %(ground)s::bytea IS NULL
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
SELECT b.id, b.location, b.valid, h.id IS NULL AS new, greatest(%(moment)s, lower(b.valid), h.begun) AS begins
FROM building b LEFT JOIN held h ON h.id = b.id
WHERE upper_inf(b.valid) OR upper(b.valid) > %(moment)s;
-- One row for each time that the grid is another.
CREATE TEMP TABLE course ON COMMIT DROP AS
WITH instant AS (
    SELECT id, location, begins AS moment FROM assigned
    UNION ALL
    SELECT t.id, t.location, s FROM assigned t JOIN grids_switches(%(moment)s) AS s ON s > t.begins AND t.valid @> s
), turn AS (
    SELECT i.id, i.moment, g.grid_id, g.version_id, coalesce(g.rule, 'none') AS rule, g.margin_m,
           lag(g.grid_id) OVER (PARTITION BY i.id ORDER BY i.moment) IS NOT DISTINCT FROM g.grid_id
               AND row_number() OVER (PARTITION BY i.id ORDER BY i.moment) > 1 AS stays
    FROM instant i LEFT JOIN LATERAL grids_grid_of(i.location, i.moment, %(tolerance_m)s) g ON true
)
SELECT id, moment AS begins, lead(moment) OVER (PARTITION BY id ORDER BY moment) AS ends,
       grid_id, version_id, rule, margin_m
FROM turn WHERE NOT stays;
-- What is written already: kept as long as it says the same, else ended, or called off when it has not begun.
CREATE TEMP TABLE written ON COMMIT DROP AS
SELECT a.id, t.id AS building_id, greatest(lower(a.valid), t.begins) AS begins, c.id IS NOT NULL AS kept,
       CASE WHEN c.id IS NOT NULL THEN c.ends ELSE greatest(lower(a.valid), t.begins) END AS ends
FROM assigned t
JOIN buildings_buildingassignment a ON a.building_id = t.id AND a.valid && tstzrange(t.begins, NULL)
LEFT JOIN grids_gridversion v ON v.id = a.grid_version_id
LEFT JOIN course c ON c.id = t.id AND c.begins = greatest(lower(a.valid), t.begins)
    AND c.grid_id IS NOT DISTINCT FROM a.grid_id AND isempty(v.valid) IS NOT TRUE
    AND (upper_inf(a.valid) OR upper(a.valid) >= c.ends);
UPDATE buildings_buildingassignment a SET valid = tstzrange(lower(a.valid), w.ends)
FROM written w WHERE a.id = w.id AND upper(a.valid) IS DISTINCT FROM w.ends;
INSERT INTO buildings_buildingassignment (building_id, grid_id, grid_version_id, rule, margin_m, valid)
SELECT c.id, c.grid_id, c.version_id, c.rule, c.margin_m,
       tstzrange(CASE WHEN t.new AND c.begins = t.begins
                      THEN least(c.begins, greatest(lower(t.valid), lower(v.valid))) ELSE c.begins END, c.ends)
FROM course c
JOIN assigned t ON t.id = c.id
LEFT JOIN grids_gridversion v ON v.id = c.version_id
WHERE NOT EXISTS (SELECT FROM written w WHERE w.kept AND w.building_id = c.id AND w.begins = c.begins);
UPDATE buildings_building b SET community_id = v.community_id
FROM assigned t JOIN course c ON c.id = t.id AND c.begins = t.begins JOIN grids_gridversion v ON v.id = c.version_id
WHERE b.id = t.id AND b.community_id IS NULL;
DROP TABLE written, course, assigned;
