-- The community whose polygon covers a place (survey CRS) at a moment; on a shared border the lowest code; NULL outside.
CREATE OR REPLACE FUNCTION grids_community_at(place geometry, moment timestamptz) RETURNS bigint
    LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
    SELECT division_id FROM grids_divisionversion
    WHERE level = 'community' AND valid @> moment AND ST_Covers(geom, place) ORDER BY code LIMIT 1;
END;
