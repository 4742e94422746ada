"""Results of courts told to stores, and what becomes of them beside what is stated."""
