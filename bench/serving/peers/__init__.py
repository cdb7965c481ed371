"""Whom we are measured against: each runs here, on views of the same rows, or says why it cannot."""
