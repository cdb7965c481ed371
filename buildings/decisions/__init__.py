"""Decisions on rows that wait in the review queue, carried out as one event."""
