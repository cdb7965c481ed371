"""Whole collections as files, sent while they are read: one file a format, all listed in `formats`."""
