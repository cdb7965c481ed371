-- Doors that two entrances of a house have, one of each house: the address without the entrance may mean either.
SELECT address.text || unit.number
FROM buildings_unit unit
JOIN buildings_address address ON address.building_id = unit.building_id AND address.kind = 'standard'
    AND address.valid @> now()
WHERE unit.valid @> now() AND unit.number = '101'
GROUP BY address.text, unit.number, unit.building_id
HAVING count(*) = 2
ORDER BY unit.building_id LIMIT %s
