"""The child process in which untrusted files are read: its limits, its folder."""
