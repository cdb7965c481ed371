"""Where incidents are: what their reports name, and the orders that the district has set."""
