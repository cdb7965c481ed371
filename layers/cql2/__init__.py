"""CQL2, the query language of the OGC: text or JSON becomes a condition on the rows of a collection."""
