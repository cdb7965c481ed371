-- Law 4: rows end, they are not deleted. The setting is for restoring a test database, on purpose.
CREATE OR REPLACE FUNCTION gis_refuse_delete() RETURNS trigger
    LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    IF current_setting('gisserver.maintenance', true) = 'on' THEN
        RETURN OLD;
    END IF;
    RAISE EXCEPTION 'rows of % are never deleted: end their validity instead', TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation', HINT = 'UPDATE … SET valid = tstzrange(lower(valid), now())';
END $$;

-- Law 4: what a version says never changes; only its end may be set. Fired by UPDATE OF those columns.
CREATE OR REPLACE FUNCTION gis_refuse_rewrite() RETURNS trigger
    LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    RAISE EXCEPTION 'a row of % is history: end it and begin another', TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation';
END $$;

-- Law 4: an end may be set once, or moved while it still lies in the future; a beginning never.
CREATE OR REPLACE FUNCTION gis_only_end() RETURNS trigger
    LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    IF lower(NEW.valid) IS DISTINCT FROM lower(OLD.valid)
       OR (upper(NEW.valid) IS DISTINCT FROM upper(OLD.valid) AND upper(OLD.valid) <= now()) THEN
        RAISE EXCEPTION 'the past of % cannot be changed: row % held for %', TG_TABLE_NAME, OLD.id, OLD.valid
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;

-- Law 4 for rows whose attributes may be corrected: what is overwritten is kept.
CREATE OR REPLACE FUNCTION gis_keep_history() RETURNS trigger
    LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    IF NEW IS DISTINCT FROM OLD THEN
        INSERT INTO common_rowhistory (table_name, row_id, row, replaced_at)
        VALUES (TG_TABLE_NAME, OLD.id, to_jsonb(OLD), clock_timestamp());
    END IF;
    RETURN NULL;
END $$;
