"""How good the registers of addresses are, community by community."""
