-- The main posts that grids have of their own at a moment: whoever has posts of his own inherits none.
SELECT post.grid_id, officer.name, post.hours
FROM grids_post AS post JOIN grids_officer AS officer ON officer.id = post.officer_id
WHERE post.grid_id = ANY ((SELECT %(grids)s::bigint[])::bigint[]) AND post.role = 'main'
  AND post.valid @> (SELECT %(moment)s::timestamptz)
ORDER BY post.grid_id, lower(post.valid), post.id
