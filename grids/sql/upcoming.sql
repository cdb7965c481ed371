-- How long until a version of a grid begins or ends by a plan, and the news of that moment; no row when none will.
SELECT extract(epoch FROM min(moment) - clock_timestamp())::float8, '{"event": "partition", "channels": ["*"]}'
FROM grids_gridversion, unnest(ARRAY[lower(valid), upper(valid)]) AS moment
WHERE NOT isempty(valid) AND moment > clock_timestamp() AND moment < 'infinity'
HAVING min(moment) IS NOT NULL
