"""Publication: countable facts, frozen releases, and the disclosure log."""
