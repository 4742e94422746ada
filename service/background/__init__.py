"""Background threads that maintain a serving process."""
