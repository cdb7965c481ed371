"""What every app asks of the database: constraints, triggers, dated rows, statements, locks, the clock."""
