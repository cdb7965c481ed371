"""Requests on their way to the threads of workers: which kind, whose turn, which thread."""
