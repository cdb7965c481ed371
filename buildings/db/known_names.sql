-- The names of each new address are known from its own transaction on: how they sound, and without each one sign.
CREATE OR REPLACE FUNCTION buildings_learn_names(told text[]) RETURNS void LANGUAGE sql
BEGIN ATOMIC
    INSERT INTO buildings_knownname (name, pinyin, initials, shortened)
    SELECT said.name, split_part(said.one, '|', 2), split_part(said.one, '|', 3),
           ARRAY(SELECT DISTINCT overlay(said.name PLACING '' FROM i FOR 1) FROM generate_series(1, length(said.name)) i)
           || said.name
    FROM (SELECT DISTINCT ON (split_part(one, '|', 1)) split_part(one, '|', 1) AS name, one
          FROM unnest(told) AS one ORDER BY 1, 2) said
    WHERE length(said.name) BETWEEN 2 AND 60
    ON CONFLICT (name) DO NOTHING;
END;

CREATE OR REPLACE FUNCTION buildings_address_names() RETURNS trigger
    LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM buildings_learn_names(ARRAY(SELECT DISTINCT unnest(names) FROM begun));
    RETURN NULL;
END
$$;

CREATE OR REPLACE TRIGGER buildings_address_names AFTER INSERT ON buildings_address
    REFERENCING NEW TABLE AS begun FOR EACH STATEMENT EXECUTE FUNCTION buildings_address_names();
