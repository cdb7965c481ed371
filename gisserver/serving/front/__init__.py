"""The front: the one process that clients talk to. It knows nothing of Django, and so neither waits nor loads for it."""
