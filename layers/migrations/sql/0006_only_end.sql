-- What the tables of this migration are given; later laws may say it otherwise (layers/db/features.sql).
CREATE OR REPLACE FUNCTION gis_layers_only_end() RETURNS trigger
    LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    ended constant timestamptz := NEW."__ended_at";
BEGIN
    NEW."__ended_at" := OLD."__ended_at";
    IF OLD."__ended_at" IS NOT NULL OR ended IS NULL OR NEW IS DISTINCT FROM OLD THEN
        RAISE EXCEPTION 'version % of feature % in % is history: end it and begin another',
            OLD."__version", OLD.fid, TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NULL;
END $$;
