SELECT current_database()::text AS database,
       (SELECT max(id) FROM grids_divisionversion) AS versions,
       (SELECT max(id) FROM buildings_address WHERE division_id IS NOT NULL) AS aliases
