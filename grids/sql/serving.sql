-- Who serves each of the grids at a moment: the posts, their officers, and from which grid a post was inherited.
SELECT serving.grid_id, post.id AS post_id, post.officer_id, officer.name, officer.staff_number, team.name AS team,
    post.role, post.hours, lower(post.valid) AS since, upper(post.valid) AS until,
    (
        SELECT code FROM grids_gridversion
        WHERE grid_id = serving.inherited_from AND lower(valid) <= %(moment)s
        ORDER BY valid DESC LIMIT 1
    ) AS inherited_from
FROM grids_serving(%(grids)s::bigint[], %(moment)s) AS serving
JOIN grids_post AS post ON post.id = serving.post_id
JOIN grids_officer AS officer ON officer.id = post.officer_id
LEFT JOIN grids_team AS team ON team.id = officer.team_id
ORDER BY serving.grid_id, array_position(ARRAY['main', 'deputy', 'stand_in'], post.role::text), lower(post.valid), post.id
