"""The commands that change a coverage, one verb a file, and the steps that they share. Pure."""
