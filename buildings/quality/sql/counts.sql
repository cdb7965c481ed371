-- For each community: everything that stands there now, counted once in each group of measures, so that the measures
-- of a group add up to the total.
WITH house AS MATERIALIZED (
    SELECT b.id, b.community_id, b.footprint IS NOT NULL AS drawn,
           EXISTS (SELECT FROM buildings_address a
                   WHERE a.building_id = b.id AND a.kind = 'standard' AND upper_inf(a.valid)) AS standard,
           EXISTS (SELECT FROM buildings_address a
                   WHERE a.building_id = b.id AND a.kind <> 'standard' AND upper_inf(a.valid)) AS other,
           (SELECT g.rule FROM buildings_buildingassignment g
            WHERE g.building_id = b.id AND g.valid @> statement_timestamp() LIMIT 1) AS rule,
           EXISTS (SELECT FROM buildings_buildingcode c WHERE c.building_id = b.id AND upper_inf(c.valid)) AS coded
    FROM buildings_building b
    WHERE b.valid @> statement_timestamp()
      AND (%(communities)s::bigint[] IS NULL OR b.community_id = ANY (%(communities)s))
), door AS MATERIALIZED (
    SELECT e.id, h.community_id, h.standard AS house_known, e.location IS NOT NULL AS placed,
           EXISTS (SELECT FROM buildings_address a
                   WHERE a.entrance_id = e.id AND a.kind = 'standard' AND upper_inf(a.valid)) AS standard
    FROM buildings_entrance e JOIN house h ON h.id = e.building_id
    WHERE e.valid @> statement_timestamp()
), addressed AS MATERIALIZED (
    SELECT DISTINCT unit_id FROM buildings_address
    WHERE unit_id IS NOT NULL AND kind = 'standard' AND upper_inf(valid)
), coded AS MATERIALIZED (
    SELECT DISTINCT unit_id FROM buildings_unitcode WHERE upper_inf(valid)
), flat AS MATERIALIZED (
    SELECT h.community_id,
           CASE WHEN addressed.unit_id IS NOT NULL THEN 'unit' WHEN d.standard THEN 'entrance'
                WHEN h.standard THEN 'building' WHEN h.other THEN 'alternate' ELSE 'none' END AS address,
           CASE WHEN u.location IS NOT NULL THEN 'unit' WHEN d.placed THEN 'entrance' ELSE 'building' END AS point,
           coded.unit_id IS NOT NULL AS coded
    FROM buildings_unit u
    JOIN house h ON h.id = u.building_id
    LEFT JOIN door d ON d.id = u.entrance_id
    LEFT JOIN addressed ON addressed.unit_id = u.id
    LEFT JOIN coded ON coded.unit_id = u.id
    WHERE u.valid @> statement_timestamp()
)
SELECT community_id, 'buildings' AS target, 'address' AS measure,
       CASE WHEN standard THEN 'standard' WHEN other THEN 'alternate' ELSE 'none' END AS value, count(*) AS n
FROM house GROUP BY 1, 4
UNION ALL
SELECT community_id, 'buildings', 'point', CASE WHEN drawn THEN 'footprint' ELSE 'point' END, count(*)
FROM house GROUP BY 1, 4
UNION ALL
SELECT community_id, 'buildings', 'grid', coalesce(rule, 'unassigned'), count(*) FROM house GROUP BY 1, 4
UNION ALL
SELECT community_id, 'buildings', 'code', CASE WHEN coded THEN 'issued' ELSE 'none' END, count(*) FROM house GROUP BY 1, 4
UNION ALL
SELECT community_id, 'entrances', 'address',
       CASE WHEN standard THEN 'entrance' WHEN house_known THEN 'building' ELSE 'none' END, count(*)
FROM door GROUP BY 1, 4
UNION ALL
SELECT community_id, 'entrances', 'point', CASE WHEN placed THEN 'entrance' ELSE 'building' END, count(*)
FROM door GROUP BY 1, 4
UNION ALL
SELECT community_id, 'units', 'address', address, count(*) FROM flat GROUP BY 1, 4
UNION ALL
SELECT community_id, 'units', 'point', point, count(*) FROM flat GROUP BY 1, 4
UNION ALL
SELECT community_id, 'units', 'code', CASE WHEN coded THEN 'issued' ELSE 'none' END, count(*) FROM flat GROUP BY 1, 4
UNION ALL
SELECT community_id, 'review', 'open', reason, count(*)
FROM buildings_reviewitem
WHERE status = 'open' AND (%(communities)s::bigint[] IS NULL OR community_id = ANY (%(communities)s))
GROUP BY 1, 4
ORDER BY 1, 2, 3, 4
