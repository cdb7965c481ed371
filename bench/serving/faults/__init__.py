"""What faults do to honest clients: slow ones beside them, a database that stands still, processes that are killed."""
