-- What writes the versions of the ground under the tiles (tiles_groundversion, see tiles/models.py).

-- One change of a whole layer, effective at once.
CREATE OR REPLACE FUNCTION tiles_touch_layer(layer text) RETURNS void
    LANGUAGE sql
BEGIN ATOMIC
    INSERT INTO tiles_groundversion (layer, x, y, effective_at, version)
    VALUES (layer, -1, -1, '-infinity', 1 + floor(random() * 2147483647)::bigint);
END;

-- Merges the rows of each square whose moment has come. Sums stay as they are; nobody waits for it, and a second
-- caller leaves at once.
CREATE OR REPLACE FUNCTION tiles_compact() RETURNS void
    LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    IF NOT pg_try_advisory_xact_lock(hashtext('tiles_compact')) THEN
        RETURN;
    END IF;
    WITH crowded AS (
        SELECT layer, x, y FROM tiles_groundversion
        WHERE effective_at <= statement_timestamp() GROUP BY layer, x, y HAVING count(*) > 1
    ), gone AS (
        DELETE FROM tiles_groundversion v USING crowded c
        WHERE (v.layer, v.x, v.y) = (c.layer, c.x, c.y) AND v.effective_at <= statement_timestamp()
        RETURNING v.layer, v.x, v.y, v.version
    )
    INSERT INTO tiles_groundversion (layer, x, y, effective_at, version)
    SELECT layer, x, y, '-infinity', sum(version) FROM gone GROUP BY layer, x, y;
END
$$;

-- The column of zoom 15 that lies so many metres (EPSG:3857) from the west edge of the world, or the row from the
-- north.
CREATE OR REPLACE FUNCTION tiles_cell(metres_from_edge float8) RETURNS int
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
BEGIN ATOMIC
    SELECT greatest(least(floor(metres_from_edge / (2 * 20037508.342789244 / 32768)), 32767), 0)::int;
END;

-- The first and last columns and rows of zoom 15 that a geometry (EPSG:3857) lies in: [west, north, east, south].
CREATE OR REPLACE FUNCTION tiles_cells(place geometry) RETURNS int[]
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
BEGIN ATOMIC
    SELECT ARRAY[tiles_cell(ST_XMin(place) + 20037508.342789244), tiles_cell(20037508.342789244 - ST_YMax(place)),
                 tiles_cell(ST_XMax(place) + 20037508.342789244), tiles_cell(20037508.342789244 - ST_YMin(place))];
END;

-- The squares that a row changes, and when: at once, and at the moments to come when it begins or ends. Cells over more
-- than 1024 squares stand for the whole layer.
CREATE OR REPLACE FUNCTION tiles_changes(cells int[], valid tstzrange)
    RETURNS TABLE (x int, y int, effective_at timestamptz)
    LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
    SELECT square.x, square.y, moment
    FROM unnest(ARRAY['-infinity', lower(valid), upper(valid)]) AS moment,
         LATERAL (SELECT (cells[3] - cells[1] + 1)::bigint * (cells[4] - cells[2] + 1) > 1024 AS whole) AS size,
         LATERAL (
             SELECT across.x, down.y
             FROM generate_series(cells[1], cells[3]) AS across(x), generate_series(cells[2], cells[4]) AS down(y)
             WHERE NOT whole
             UNION ALL
             SELECT -1 AS x, -1 AS y WHERE whole
         ) AS square
    WHERE moment = '-infinity' OR (moment > statement_timestamp() AND moment <> 'infinity');
END;
