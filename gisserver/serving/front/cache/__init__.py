"""What the front gives again: tiles and answers, each revalidated against the database before it is used."""
