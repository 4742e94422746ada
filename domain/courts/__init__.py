"""Results of courts in the national format: the message, its meaning, and its doubts."""
