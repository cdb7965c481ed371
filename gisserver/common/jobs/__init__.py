"""Long work that outlives a request and a crash: asked for, watched, resumed, fetched."""
