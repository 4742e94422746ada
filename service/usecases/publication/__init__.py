"""Publication: figures of a quarter frozen and released, and answers to the public."""
