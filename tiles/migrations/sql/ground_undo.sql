-- Reverse of ground.sql: the triggers that tiles_watch() placed, then the functions.

DO $$
DECLARE t record;
BEGIN
    FOR t IN SELECT tgname, tgrelid::regclass AS relation FROM pg_trigger
             WHERE tgfoid = 'tiles_ground_changed'::regproc AND tgparentid = 0 LOOP
        EXECUTE format('DROP TRIGGER %I ON %s', t.tgname, t.relation);
    END LOOP;
END
$$;
DROP FUNCTION tiles_watch(text, regclass, text);
DROP FUNCTION tiles_ground_changed();
DROP FUNCTION tiles_cell(float8);
DROP FUNCTION tiles_compact();
DROP FUNCTION tiles_touch_layer(text);
