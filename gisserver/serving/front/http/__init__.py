"""One request and one answer: headers, bodies, credentials, refusals."""
