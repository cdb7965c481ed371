-- How many units, households and people there are at each moment in the units that are asked about: of one unit, of one
-- building, of the buildings that a grid or a community was responsible for then. `known` (or now) is what was believed.
WITH moments AS (
    SELECT m.at FROM unnest(%(moments)s::timestamptz[]) AS m(at)
), homes AS (
    SELECT m.at, u.id
    FROM moments m
    JOIN buildings_unit_asof u ON u.shown @> m.at
    JOIN buildings_building_asof b ON b.id = u.building_id AND b.shown @> m.at
    LEFT JOIN buildings_buildingassignment a ON a.building_id = b.id AND a.valid @> m.at
    LEFT JOIN grids_grid g ON g.id = a.grid_id
    WHERE (%(unit)s::bigint IS NULL OR u.id = %(unit)s)
      AND (%(building)s::bigint IS NULL OR b.id = %(building)s)
      AND (%(grid)s::bigint IS NULL OR a.grid_id = %(grid)s)
      AND (%(community)s::bigint IS NULL OR coalesce(g.community_id, b.community_id) = %(community)s)
      AND (%(visible)s::bigint[] IS NULL OR coalesce(g.community_id, b.community_id) = ANY (%(visible)s))
), living AS (
    SELECT n.at, n.id AS home, k.identity, k.residents, k.registered, k.children, k.elderly, k.floating
    FROM homes n
    LEFT JOIN buildings_household_asknown k
        ON k.unit_id = n.id AND k.valid @> n.at AND k.known @> coalesce(%(known)s::timestamptz, 'infinity')
)
SELECT m.at, count(DISTINCT l.home) AS units, count(DISTINCT l.home) FILTER (WHERE l.identity IS NULL) AS vacant,
       count(l.identity) AS households, coalesce(sum(l.residents), 0)::bigint AS residents,
       count(l.identity) FILTER (WHERE l.registered) AS registered,
       count(l.identity) FILTER (WHERE NOT l.registered) AS floating_households,
       coalesce(sum(l.children), 0)::bigint AS children, coalesce(sum(l.elderly), 0)::bigint AS elderly,
       coalesce(sum(l.floating), 0)::bigint AS floating
FROM moments m LEFT JOIN living l ON l.at = m.at
GROUP BY m.at
ORDER BY m.at
