"""Services that bring buildings, addresses and households in from a file."""
