-- The functions that write the versions of the ground (tiles_groundversion).

-- Notes one change of a whole layer, effective at once.
CREATE FUNCTION tiles_touch_layer(layer text) RETURNS void LANGUAGE sql AS $$
    INSERT INTO tiles_groundversion (layer, x, y, effective_at, version)
    VALUES (layer, -1, -1, '-infinity', 1 + floor(random() * 2147483647)::bigint)
$$;

-- Merges the rows of each square whose moment has come. Sums stay as they are; nobody waits for it, and a second
-- caller leaves at once.
CREATE FUNCTION tiles_compact() RETURNS void LANGUAGE plpgsql AS $$
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

-- The column of zoom 15 that lies so many metres (EPSG:3857) from the west edge of the world, or the row from the north.
CREATE FUNCTION tiles_cell(metres_from_edge float8) RETURNS int LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT greatest(least(floor(metres_from_edge / (2 * 20037508.342789244 / 32768)), 32767), 0)::int
$$;

-- AFTER trigger, once a statement. Arguments: layer, name of the EPSG:3857 column ('' = none here: the whole layer
-- is touched), name of the validity column ('' = none). A box over more than 1024 squares stands for the whole layer.
CREATE FUNCTION tiles_ground_changed() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
DECLARE
    rows text := CASE TG_OP
        WHEN 'INSERT' THEN 'SELECT * FROM new_rows'
        WHEN 'DELETE' THEN 'SELECT * FROM old_rows'
        ELSE 'SELECT * FROM new_rows UNION ALL SELECT * FROM old_rows' END;
    validity text := CASE WHEN TG_ARGV[2] = '' THEN 'NULL::tstzrange' ELSE format('%I', TG_ARGV[2]) END;
    box text := '-1, -1, -1, -1 FROM (%s) AS rows';
BEGIN
    IF TG_OP = 'TRUNCATE' THEN
        PERFORM tiles_touch_layer(TG_ARGV[0]);
        RETURN NULL;
    END IF;
    IF TG_ARGV[1] <> '' THEN
        box := replace('tiles_cell(ST_XMin(@) + 20037508.342789244), tiles_cell(20037508.342789244 - ST_YMax(@)),
                        tiles_cell(ST_XMax(@) + 20037508.342789244), tiles_cell(20037508.342789244 - ST_YMin(@))
                        FROM (%s) AS rows WHERE @ IS NOT NULL AND NOT ST_IsEmpty(@)', '@', format('%I', TG_ARGV[1]));
    END IF;
    EXECUTE format('
        WITH touched AS (
            SELECT DISTINCT ' || validity || ' AS valid, ' || box || '
        ), named(valid, x0, y0, x1, y1) AS (
            TABLE touched
        ), boxes AS (
            SELECT DISTINCT moment, x0, y0, x1, y1
            FROM named, unnest(ARRAY[''-infinity'', lower(valid), upper(valid)]) AS moment
            WHERE moment = ''-infinity'' OR (moment > statement_timestamp() AND moment <> ''infinity'')
        )
        INSERT INTO tiles_groundversion (layer, x, y, effective_at, version)
        SELECT $1, x, y, moment, 1 + floor(random() * 2147483647)::bigint
        FROM (
            SELECT x, y, moment FROM boxes, generate_series(x0, x1) AS x, generate_series(y0, y1) AS y
            WHERE (x1 - x0 + 1)::bigint * (y1 - y0 + 1) <= 1024
            UNION
            SELECT -1, -1, moment FROM boxes WHERE (x1 - x0 + 1)::bigint * (y1 - y0 + 1) > 1024
        ) AS squares
    ', rows) USING TG_ARGV[0];
    IF random() < 0.001 THEN
        PERFORM tiles_compact();
    END IF;
    RETURN NULL;
END
$$;

-- Puts the triggers of one layer on one table; calling it again replaces them. Rows that carry a validity `valid`
-- also touch the ground at the moments when they begin and end.
CREATE FUNCTION tiles_watch(layer text, relation regclass, geometry_column text)
RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    validity_column text := coalesce((
        SELECT attname FROM pg_attribute
        WHERE attrelid = relation AND attname = 'valid' AND atttypid = 'tstzrange'::regtype), '');
    call text := format('EXECUTE FUNCTION tiles_ground_changed(%L, %L, %L)', layer, geometry_column, validity_column);
    prefix text := 'tiles_' || left(md5(layer), 12);
BEGIN
    EXECUTE format('CREATE OR REPLACE TRIGGER %I AFTER INSERT ON %s REFERENCING NEW TABLE AS new_rows
                    FOR EACH STATEMENT %s', prefix || '_insert', relation, call);
    EXECUTE format('CREATE OR REPLACE TRIGGER %I AFTER UPDATE ON %s REFERENCING NEW TABLE AS new_rows OLD TABLE AS old_rows
                    FOR EACH STATEMENT %s', prefix || '_update', relation, call);
    EXECUTE format('CREATE OR REPLACE TRIGGER %I AFTER DELETE ON %s REFERENCING OLD TABLE AS old_rows
                    FOR EACH STATEMENT %s', prefix || '_delete', relation, call);
    EXECUTE format('CREATE OR REPLACE TRIGGER %I AFTER TRUNCATE ON %s
                    FOR EACH STATEMENT %s', prefix || '_truncate', relation, call);
    PERFORM tiles_touch_layer(layer);
END
$$;
