"""The court bundle: one link, with everything that it rests on, for readers outside the office."""
