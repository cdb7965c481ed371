"""The front of the server: what granian runs, ahead of and around Django."""
