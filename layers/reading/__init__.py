"""From an uploaded file to typed columns ready for COPY; runs in the child process. Pure."""
