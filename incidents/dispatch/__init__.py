"""The dispatcher's work: steps, decisions by hand, queues, near-duplicates, notices, what redraws have moved."""
