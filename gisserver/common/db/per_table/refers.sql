-- Each row that a statement writes into {table} names a row of {target} by its columns {to}. A row there is looked
-- for by itself, whatever their number: a plan is kept for the session, and one made for many would read the whole table.
CREATE OR REPLACE FUNCTION {table}_{name}() RETURNS trigger
    LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    missing record;
BEGIN
    SELECT {columns} INTO missing FROM written
    WHERE (SELECT true FROM {target} AS target WHERE {same}) IS NOT TRUE LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'a row of {table} names a row that is not in {target}: %', missing
            USING ERRCODE = 'foreign_key_violation', CONSTRAINT = '{table}_{name}', TABLE = '{table}';
    END IF;
    RETURN NULL;
END $$;
