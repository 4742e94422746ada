"""The court bundle: one link with all that it is based on, for readers outside."""
