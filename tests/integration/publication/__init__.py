"""Publication: facts kept by construction, releases, and requests for information."""
