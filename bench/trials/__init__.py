"""What the trials of redraws share: a private database as `make run` has it, a district, a server, a client."""
