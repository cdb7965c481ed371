-- Which of these places stand on a building, or within a few metres; one known by a point only counts a little wider.
SELECT EXISTS (
    SELECT FROM buildings_building b
    WHERE b.valid @> now()
      AND ST_DWithin(b.location, place, 80)
      AND ST_DWithin(coalesce(b.footprint, b.location), place, CASE WHEN b.footprint IS NULL THEN 15 ELSE 3 END)
) AS near
FROM unnest(%(x)s::float8[], %(y)s::float8[]) WITH ORDINALITY AS asked (x, y, number),
     LATERAL (SELECT ST_SetSRID(ST_MakePoint(x, y), %(srid)s) AS place) AS p
ORDER BY number
