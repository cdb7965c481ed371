"""Exact plane geometry in whole millimetres: shapes, noding, planarity. Pure."""
