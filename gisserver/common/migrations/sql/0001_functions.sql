-- Functions that constraints and generated columns call have a body bound when they are made (RETURN, BEGIN
-- ATOMIC), so that pg_restore, which works with an empty search_path, can call them too.

-- Law 2: every coordinate is a whole millimetre, written as the double nearest to that decimal,
-- so that equal places have equal bytes. Text with three decimals, read again, gives that double.
CREATE FUNCTION gis_is_millimetre(g geometry) RETURNS boolean
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    RETURN ST_AsBinary(ST_GeomFromText(ST_AsText(g, 3))) = ST_AsBinary(g);

-- Law 1: twice the area in square millimetres, an exact integer (shoelace on integer coordinates,
-- taken from the first vertex so that the products stay small). Holes count negative.
CREATE FUNCTION gis_double_area_mm2(g geometry) RETURNS numeric
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
BEGIN ATOMIC
    WITH origin AS (
        SELECT round(ST_XMin(g) * 1000)::bigint AS x0, round(ST_YMin(g) * 1000)::bigint AS y0
    ), vertex AS (
        SELECT d.path[1] AS polygon, d.path[2] AS ring, d.path[3] AS number,
               round(ST_X(d.geom) * 1000)::bigint - x0 AS x,
               round(ST_Y(d.geom) * 1000)::bigint - y0 AS y
        FROM ST_DumpPoints(ST_Multi(g)) AS d, origin
    ), edge AS (
        SELECT polygon, ring, x * lead(y) OVER w - lead(x) OVER w * y AS crossed
        FROM vertex WINDOW w AS (PARTITION BY polygon, ring ORDER BY number)
    ), ring AS (
        SELECT polygon, ring, abs(sum(crossed)) AS area FROM edge GROUP BY polygon, ring
    )
    SELECT coalesce(sum(CASE WHEN ring = 1 THEN area ELSE -area END), 0) FROM ring;
END;

-- Law 4: rows end, they are not deleted. The setting is for restoring a test database, on purpose.
CREATE FUNCTION gis_refuse_delete() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF current_setting('gisserver.maintenance', true) = 'on' THEN
        RETURN OLD;
    END IF;
    RAISE EXCEPTION 'rows of % are never deleted: end their validity instead', TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation', HINT = 'UPDATE … SET valid = tstzrange(lower(valid), now())';
END $$;

-- Law 4: what a version says never changes; only its end may be set. Fired by UPDATE OF those columns.
CREATE FUNCTION gis_refuse_rewrite() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a row of % is history: end it and begin another', TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation';
END $$;

-- Law 4: an end may be set once, or moved while it still lies in the future; a beginning never.
CREATE FUNCTION gis_only_end() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF lower(NEW.valid) IS DISTINCT FROM lower(OLD.valid)
       OR (upper(NEW.valid) IS DISTINCT FROM upper(OLD.valid) AND upper(OLD.valid) <= now()) THEN
        RAISE EXCEPTION 'the past of % cannot be changed: row % held for %', TG_TABLE_NAME, OLD.id, OLD.valid
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;

-- Law 4 for rows whose attributes may be corrected: what is overwritten is kept.
CREATE FUNCTION gis_keep_history() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW IS DISTINCT FROM OLD THEN
        INSERT INTO common_rowhistory (table_name, row_id, row, replaced_at)
        VALUES (TG_TABLE_NAME, OLD.id, to_jsonb(OLD), clock_timestamp());
    END IF;
    RETURN NULL;
END $$;
