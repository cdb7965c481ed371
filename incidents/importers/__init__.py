"""Services that bring incidents in from a file."""
