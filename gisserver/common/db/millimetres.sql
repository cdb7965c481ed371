-- Functions that constraints and generated columns call have a body bound when they are made (RETURN, BEGIN
-- ATOMIC), so that pg_restore, which works with an empty search_path, can call them too.

-- Law 2: every coordinate is a whole millimetre, written as the double nearest to that decimal,
-- so that equal places have equal bytes. Text with three decimals, read again, gives that double.
CREATE OR REPLACE FUNCTION gis_is_millimetre(g geometry) RETURNS boolean
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    RETURN ST_AsBinary(ST_GeomFromText(ST_AsText(g, 3))) = ST_AsBinary(g);
