-- The standing building on whose footprint each point (survey CRS) lies; of several the one that is known longest.
SELECT p.number, (
    SELECT b.id FROM buildings_building b
    WHERE b.footprint_3857 && ST_Transform(p.place, 3857) AND ST_Covers(b.footprint, p.place) AND upper_inf(b.valid)
    ORDER BY b.id LIMIT 1
) AS building
FROM (
    SELECT number, ST_SetSRID(ST_MakePoint(x, y), %(srid)s) AS place
    FROM unnest(%(x)s::float8[], %(y)s::float8[]) WITH ORDINALITY AS told(x, y, number)
) AS p
ORDER BY p.number
