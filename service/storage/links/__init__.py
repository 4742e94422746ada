"""Links, the forces told of them, and notices."""
