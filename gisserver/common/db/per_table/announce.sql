-- The feed of changes: which rows of {kind} a statement has touched, a thousand to a row of the feed.
CREATE OR REPLACE FUNCTION {table}_announce() RETURNS trigger
    LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    INSERT INTO common_change (kind, ids)
    SELECT '{kind}', array_agg(id ORDER BY id)
    FROM (
        SELECT id, (row_number() OVER (ORDER BY id) - 1) / 1000 AS part
        FROM (SELECT DISTINCT {column} AS id FROM touched WHERE {column} IS NOT NULL) AS each_once
    ) AS parted
    GROUP BY part ORDER BY part;
    RETURN NULL;
END $$;
