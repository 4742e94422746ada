"""Server and worker processes."""
