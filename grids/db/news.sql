-- News for open maps, on the channel that gisserver/serving/hub.py listens to: at the commit PostgreSQL hands them on.
CREATE OR REPLACE FUNCTION grids_notify(event text, communities bigint[]) RETURNS void
    LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    -- A notification holds 8000 bytes; news of so many communities are everybody's.
    channels text[] := CASE WHEN cardinality(communities) > 300 THEN ARRAY['*']
                            ELSE ARRAY(SELECT 'community:' || id FROM unnest(communities) AS id ORDER BY id) END;
BEGIN
    IF cardinality(channels) > 0 THEN
        PERFORM pg_notify('gisserver_news', jsonb_build_object('event', event, 'channels', to_jsonb(channels))::text);
    END IF;
END $$;

CREATE OR REPLACE FUNCTION grids_tell_partition() RETURNS trigger
    LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM grids_notify('partition', ARRAY(SELECT DISTINCT community_id FROM new_rows));
    RETURN NULL;
END $$;

CREATE OR REPLACE TRIGGER grids_gridversion_told_insert AFTER INSERT ON grids_gridversion
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION grids_tell_partition();

CREATE OR REPLACE TRIGGER grids_gridversion_told_update AFTER UPDATE ON grids_gridversion
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION grids_tell_partition();

CREATE OR REPLACE FUNCTION grids_tell_redraw() RETURNS trigger
    LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM grids_notify('redraw', ARRAY(
        SELECT DISTINCT division_id FROM grids_redraw_communities WHERE redraw_id IN (SELECT redraw_id FROM new_rows)));
    RETURN NULL;
END $$;

CREATE OR REPLACE TRIGGER grids_redrawevent_told AFTER INSERT ON grids_redrawevent
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION grids_tell_redraw();

CREATE OR REPLACE TRIGGER grids_redrawcommand_told_insert AFTER INSERT ON grids_redrawcommand
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION grids_tell_redraw();

CREATE OR REPLACE TRIGGER grids_redrawcommand_told_update AFTER UPDATE ON grids_redrawcommand
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION grids_tell_redraw();
