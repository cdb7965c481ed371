"""Addresses as people write them, each with its truth: written apart from the pipeline, which it must not import."""
