-- The grid that held most of a grid's area just before it began; NULL for a grid of the first partition.
CREATE OR REPLACE FUNCTION grids_predecessor(successor bigint) RETURNS bigint
    LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
    SELECT former.grid_id
    FROM (
        SELECT geom, lower(valid) AS begun
        FROM grids_gridversion WHERE grid_id = successor AND NOT isempty(valid) ORDER BY valid LIMIT 1
    ) AS first
    JOIN grids_gridversion AS former
        ON ST_Intersects(former.geom, first.geom)
        AND former.grid_id <> successor
        AND lower(former.valid) < first.begun
        AND (upper(former.valid) IS NULL OR upper(former.valid) >= first.begun)
    WHERE ST_Area(ST_Intersection(former.geom, first.geom)) > 0
    ORDER BY ST_Area(ST_Intersection(former.geom, first.geom)) DESC, former.code
    LIMIT 1;
END;

-- The posts on grids at a moment. A grid for which nobody was ever appointed keeps the posts of the grid that it was
-- cut out of, until somebody is: ``inherited_from`` names that grid.
CREATE OR REPLACE FUNCTION grids_serving(grids bigint[], moment timestamptz)
    RETURNS TABLE (grid_id bigint, post_id bigint, inherited_from bigint)
    LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
    WITH RECURSIVE line (grid_id, holder, steps) AS (
        SELECT wanted, wanted, 0 FROM unnest(grids) AS wanted WHERE EXISTS (SELECT FROM grids_post)
        UNION ALL
        SELECT line.grid_id, grids_predecessor(line.holder), line.steps + 1
        FROM line
        WHERE line.holder IS NOT NULL AND NOT EXISTS (
            SELECT FROM grids_post AS post WHERE post.grid_id = line.holder AND lower(post.valid) <= moment
        )
    ),
    decided AS (
        SELECT DISTINCT ON (line.grid_id) line.grid_id, line.holder
        FROM line WHERE line.holder IS NOT NULL ORDER BY line.grid_id, line.steps DESC
    )
    SELECT decided.grid_id, post.id, nullif(decided.holder, decided.grid_id)
    FROM decided
    JOIN grids_post AS post ON post.grid_id = decided.holder AND post.valid @> moment;
END;

-- An officer serves only while on the staff; TG_ARGV[0] is the column that holds the officer.
CREATE OR REPLACE FUNCTION grids_post_within_service() RETURNS trigger
    LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    person bigint := (to_jsonb(NEW) ->> TG_ARGV[0])::bigint;
BEGIN
    -- Who appoints and who lets go wait for each other.
    PERFORM FROM grids_officer WHERE id = person FOR SHARE;
    IF EXISTS (
        SELECT FROM grids_post AS post JOIN grids_officer AS officer ON officer.id = post.officer_id
        WHERE officer.id = person AND NOT post.valid <@ officer.valid
    ) THEN
        RAISE EXCEPTION 'a post of officer % lies outside of the time on the staff', person
            USING ERRCODE = 'check_violation', CONSTRAINT = 'grids_post_within_service';
    END IF;
    RETURN NULL;
END $$;
