"""The doors, a module for each kind: `rows(stage)` measures them and yields what the table shows."""
