"""People and what is known about them: details, convictions, items, numbers, corrections."""
