-- AFTER trigger, once a statement, of every table whose rows are drawn by such a column. Argument: the layer. The version
-- of the ground grows where a row was and where it is. `tiles/watching.py` writes out the columns.
CREATE OR REPLACE FUNCTION {function}() RETURNS trigger
    LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    IF TG_OP = 'TRUNCATE' THEN
        PERFORM tiles_touch_layer(TG_ARGV[0]);
        RETURN NULL;
    END IF;
    {branches}
    IF random() < 0.001 THEN
        PERFORM tiles_compact();
    END IF;
    RETURN NULL;
END
$$;
