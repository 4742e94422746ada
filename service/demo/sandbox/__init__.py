"""`identlink sandbox`: a store with known people, for authors of a client of their own."""
