-- What of the buildings' course is not written yet; and a building of no known community gets that of its grid.
INSERT INTO buildings_buildingassignment (building_id, grid_id, grid_version_id, rule, margin_m, valid)
SELECT c.id, c.grid_id, c.version_id, c.rule, c.margin_m,
       tstzrange(CASE WHEN t.new AND c.begins = t.begins
                      THEN least(c.begins, greatest(t.built, lower(v.valid))) ELSE c.begins END, c.ends)
FROM course c
JOIN following t ON t.id = c.id
LEFT JOIN grids_gridversion v ON v.id = c.version_id
WHERE NOT EXISTS (SELECT FROM written w WHERE w.kept AND w.id = c.id AND w.begins = c.begins);
UPDATE buildings_building b SET community_id = v.community_id
FROM following t JOIN course c ON c.id = t.id AND c.begins = t.begins JOIN grids_gridversion v ON v.id = c.version_id
WHERE b.id = t.id AND b.community_id IS NULL;
DROP TABLE written, course, following;
