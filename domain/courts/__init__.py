"""Results of courts in the national format: the message, its meaning, and what is doubtful."""
