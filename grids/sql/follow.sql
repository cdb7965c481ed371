-- Which grid each thing of the temporary table "following" has from its beginning on (law 3), also after each change that
-- is planned for its area: one row for each time that the grid is another.
CREATE TEMP TABLE course ON COMMIT DROP AS
WITH instant AS (
    SELECT f.*, f.begins AS moment FROM following f
    UNION ALL
    SELECT f.*, s FROM following f JOIN grids_switches(%(moment)s) AS s
        ON s > f.begins AND (f.ends IS NULL OR s < f.ends)
), turn AS (
    SELECT i.id, i.moment, g.grid_id, g.version_id, coalesce(g.rule, 'none') AS rule, g.margin_m,
           lag(g.grid_id) OVER (PARTITION BY i.id ORDER BY i.moment) IS NOT DISTINCT FROM g.grid_id
               AND row_number() OVER (PARTITION BY i.id ORDER BY i.moment) > 1 AS stays
    FROM instant i LEFT JOIN LATERAL {grid_of} g ON true
)
SELECT id, moment AS begins, lead(moment) OVER (PARTITION BY id ORDER BY moment) AS ends,
       grid_id, version_id, rule, margin_m
FROM turn WHERE NOT stays;
-- What is written already: kept as long as it says the same, else ended, or called off when it has not begun.
CREATE TEMP TABLE written ON COMMIT DROP AS
SELECT a.id AS row_id, f.id, greatest(lower(a.valid), f.begins) AS begins, c.id IS NOT NULL AS kept,
       CASE WHEN c.id IS NOT NULL THEN c.ends ELSE greatest(lower(a.valid), f.begins) END AS ends
FROM following f
JOIN {assignments} a ON a.{thing} = f.id AND a.valid && tstzrange(f.begins, NULL)
LEFT JOIN grids_gridversion v ON v.id = a.grid_version_id
LEFT JOIN course c ON c.id = f.id AND c.begins = greatest(lower(a.valid), f.begins)
    AND c.grid_id IS NOT DISTINCT FROM a.grid_id AND isempty(v.valid) IS NOT TRUE
    AND (upper_inf(a.valid) OR upper(a.valid) >= c.ends);
UPDATE {assignments} a SET valid = tstzrange(lower(a.valid), w.ends)
FROM written w WHERE a.id = w.row_id AND upper(a.valid) IS DISTINCT FROM w.ends
