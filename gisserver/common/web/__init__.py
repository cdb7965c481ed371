"""What every HTTP door shares: parameters, bodies, views, paging, errors as problem+json, idempotency."""
