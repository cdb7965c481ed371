"""Requests that arrive at the same time, answered in one round."""
