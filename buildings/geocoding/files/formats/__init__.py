"""The formats of files that are geocoded, one a file, which registers itself; the doors, jobs and OpenAPI follow."""
