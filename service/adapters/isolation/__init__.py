"""Work on bytes from outside, done in a process of its own with limits."""
