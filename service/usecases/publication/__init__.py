"""Publication: quarterly figures, frozen and released, and answers to the public."""
