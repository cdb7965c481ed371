"""What an import could not tell for sure: matching, the queue, and what people decide."""
