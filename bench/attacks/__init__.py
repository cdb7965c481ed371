"""What is done to a server by those who wish it ill, and by twenty who only want to work: `make bench ARGS=hostile`."""
