"""The front: the one process that clients talk to. It knows no Django, and never waits for it."""
