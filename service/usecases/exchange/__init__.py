"""Exchange with other States: duties told, messages taken, and both checked."""
