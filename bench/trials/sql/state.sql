-- A redraw's status and log, and what is valid now: the versions, and whose each building and open incident is.
SELECT r.status,
       (SELECT count(*) FROM grids_redrawevent e WHERE e.redraw_id = r.id AND e.action = 'published') AS published,
       (SELECT json_agg(json_build_array(v.code, encode(ST_AsBinary(v.geom), 'hex'), v.redraw_id) ORDER BY v.code)
        FROM grids_gridversion v WHERE v.valid @> clock_timestamp()) AS versions,
       json_build_array(
           (SELECT json_agg(json_build_array(a.building_id, v.code) ORDER BY a.building_id, a.id)
            FROM buildings_buildingassignment a
            LEFT JOIN grids_gridversion v ON v.grid_id = a.grid_id AND v.valid @> clock_timestamp()
            WHERE a.valid @> clock_timestamp()),
           (SELECT json_agg(json_build_array(a.incident_id, v.code) ORDER BY a.incident_id, a.id)
            FROM incidents_assignment a
            LEFT JOIN grids_gridversion v ON v.grid_id = a.grid_id AND v.valid @> clock_timestamp()
            WHERE a.valid @> clock_timestamp())) AS assignments
FROM grids_redraw r WHERE r.id = %(redraw)s
