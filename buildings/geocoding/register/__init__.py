"""What geocoding asks the database: candidates by name and place, and the columns they are found by."""
