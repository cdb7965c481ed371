"""Who may see and do what: roles × areas, tokens, and the one rule `visible_to(user)`."""
