-- The divisions with these ids and all below them, by the parents of now. In PL/pgSQL, which plans once a session: what
-- SQL functions hold is planned for each statement that calls them, which took four times as long as the answer.
CREATE OR REPLACE FUNCTION grids_divisions_below(ids bigint[]) RETURNS SETOF bigint
    LANGUAGE plpgsql STABLE PARALLEL SAFE ROWS 50 SET search_path = public, pg_temp
AS $$
BEGIN
    RETURN QUERY
    WITH RECURSIVE below(id) AS (
        SELECT unnest(ids)
        UNION
        SELECT v.division_id FROM public.grids_divisionversion v JOIN below b ON v.parent_id = b.id
        WHERE v.valid @> now()
    )
    SELECT below.id FROM below;
END;
$$;

-- The divisions above those with these ids, by the parents of now; without themselves.
CREATE OR REPLACE FUNCTION grids_divisions_above(ids bigint[]) RETURNS SETOF bigint
    LANGUAGE sql STABLE PARALLEL SAFE ROWS 5
BEGIN ATOMIC
    WITH RECURSIVE above(id) AS (
        SELECT v.parent_id FROM grids_divisionversion v WHERE v.division_id = ANY (ids) AND v.valid @> now()
        UNION
        SELECT v.parent_id FROM grids_divisionversion v JOIN above a ON v.division_id = a.id
        WHERE v.valid @> now()
    )
    SELECT id FROM above WHERE id IS NOT NULL;
END;
