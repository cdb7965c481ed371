SELECT nextval(pg_get_serial_sequence('buildings_household', 'id')) AS id FROM generate_series(1, %(count)s)
