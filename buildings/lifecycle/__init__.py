"""What happens to buildings and to what is in them: one service a kind of event, one transaction each."""
