"""The runtime: from a bare machine to a served district, and to a clean end again.

Everything here but `prepare`, `server` and `web` is plain standard library, because it runs with the
system's python3 before any package is installed: the Makefile starts it as `python3 -m runtime` with
`gisserver/` as its path, so that `gisserver/__init__.py` (which needs pyogrio) is not imported.
"""
