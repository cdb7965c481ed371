-- Standard addresses of buildings and, unless all buildings are asked for (half < 0), of as many units.
-- The order is by a hash of the seed, so that it is the same on every machine.
(SELECT a.text, a.building_id AS building, NULL::bigint AS unit, 0 AS alike
 FROM buildings_address a
 JOIN buildings_building b ON b.id = a.building_id AND upper_inf(b.valid)
 WHERE a.kind = 'standard' AND upper_inf(a.valid)
   AND (%(half)s < 0 OR abs(hashint8(a.building_id)) %% 2 = %(half)s)
 ORDER BY md5(%(seed)s::text || a.text)
 LIMIT %(limit)s)
UNION ALL
(SELECT a.text, u.building_id, a.unit_id,
        (SELECT count(*) FROM buildings_unit o
         WHERE o.building_id = u.building_id AND o.number = u.number AND upper_inf(o.valid))
 FROM buildings_address a
 JOIN buildings_unit u ON u.id = a.unit_id AND upper_inf(u.valid)
 WHERE a.kind = 'standard' AND upper_inf(a.valid) AND %(half)s >= 0
   AND abs(hashint8(u.building_id)) %% 2 = %(half)s
 ORDER BY md5(%(seed)s::text || a.text)
 LIMIT %(limit)s)
