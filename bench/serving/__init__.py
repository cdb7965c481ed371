"""Serving, measured: every door beside its peer in one run, and what faults do to it (`make bench ARGS=serving`)."""
