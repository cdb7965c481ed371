"""The workers: processes that run Django, in threads that take whole requests from the front."""
