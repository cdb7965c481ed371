"""Features as files and pages of other formats: one file a format, all listed in `formats`."""
