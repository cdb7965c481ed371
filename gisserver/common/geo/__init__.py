"""Coordinate systems, exact millimetres, boxes: geometry without a database."""
