"""Households through time: what is true since and until when, what is known since when, and their numbers."""
