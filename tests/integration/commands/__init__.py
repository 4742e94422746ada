"""Commands as processes of their own."""
