"""Bringing a partition in: node it, find its defects, mend them when asked, prove it. Pure."""
