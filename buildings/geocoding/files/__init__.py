"""Whole files geocoded: CSV or lines of JSON in, the same with answers out; at once, or as a job that can resume."""
