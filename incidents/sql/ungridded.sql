-- How many places lie where no grids have ever been: in a community without any, or anywhere while there are none at all.
WITH bare AS (
    SELECT d.code, d.geom FROM grids_divisionversion d
    WHERE d.level = 'community' AND d.valid @> %(moment)s::timestamptz
      AND NOT EXISTS (SELECT FROM grids_gridversion g WHERE g.community_id = d.division_id)
), place AS (
    SELECT p.geom, (SELECT min(b.code) FROM bare b WHERE ST_Covers(b.geom, p.geom)) AS community
    FROM ST_DumpPoints(ST_GeomFromWKB(%(points)s, %(srid)s)) p
)
SELECT count(*) AS places, coalesce(string_agg(DISTINCT community, ', '), '') AS communities FROM place
WHERE community IS NOT NULL OR NOT EXISTS (SELECT FROM grids_gridversion)
