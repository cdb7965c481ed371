"""The publishing platform: the registry of collections, uploads, and the OGC API."""
