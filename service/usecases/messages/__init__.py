"""Messages to the systems of forces."""
