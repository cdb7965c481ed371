-- What of the buildings' course is not written yet.
INSERT INTO buildings_buildingassignment (building_id, grid_id, grid_version_id, rule, margin_m, valid)
SELECT c.id, c.grid_id, c.version_id, c.rule, c.margin_m,
       tstzrange(CASE WHEN t.new AND c.begins = t.begins
                      THEN least(c.begins, greatest(t.built, lower(v.valid))) ELSE c.begins END, c.ends)
FROM course c
JOIN following t ON t.id = c.id
LEFT JOIN grids_gridversion v ON v.id = c.version_id
WHERE NOT EXISTS (SELECT FROM written w WHERE w.kept AND w.id = c.id AND w.begins = c.begins);
-- The community of a building that stands is that of its place: of its grid now, or where it has none, the one around.
CREATE TEMP TABLE resettled ON COMMIT DROP AS
SELECT b.id, b.community_id AS former, coalesce(v.community_id, grids_community_at(t.location, now())) AS community
FROM following t
JOIN buildings_building b ON b.id = t.id AND (upper(b.valid) > clock_timestamp()) IS NOT FALSE
JOIN course c ON c.id = t.id AND tstzrange(c.begins, c.ends) @> clock_timestamp()
LEFT JOIN grids_gridversion v ON v.id = c.version_id;
DELETE FROM resettled WHERE community IS NULL OR community IS NOT DISTINCT FROM former;
UPDATE buildings_building b SET community_id = r.community FROM resettled r WHERE b.id = r.id;
-- What waits for review goes with its candidates: to the community that all of them are in.
UPDATE buildings_reviewitem i SET community_id = whole.community
FROM (
    SELECT w.id, CASE WHEN count(*) = count(b.community_id) AND count(DISTINCT b.community_id) = 1
                      THEN min(b.community_id) END AS community
    FROM buildings_reviewitem w
    CROSS JOIN LATERAL jsonb_array_elements(w.candidates) AS candidate
    LEFT JOIN buildings_building b ON b.id = (candidate ->> 'building')::bigint
    LEFT JOIN resettled r ON r.id = b.id AND r.former = w.community_id
    WHERE EXISTS (SELECT FROM resettled)
    GROUP BY w.id HAVING count(r.id) > 0
) whole
WHERE i.id = whole.id;
DROP TABLE resettled, written, course, following;
