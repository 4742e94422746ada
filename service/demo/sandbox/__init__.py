"""`identlink sandbox`: a store with known people, for developers of a client."""
