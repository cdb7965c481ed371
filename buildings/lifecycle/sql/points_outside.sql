-- Those of these points (hexadecimal EWKB, survey CRS) that none of the communities covers now.
SELECT point
FROM unnest(%(points)s::text[]) AS point
WHERE NOT coalesce(grids_community_at(point::geometry, statement_timestamp()) = ANY(%(communities)s::bigint[]), false)
