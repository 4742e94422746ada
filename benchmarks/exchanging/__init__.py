"""Parts of the benchmark that simulates a year of exchange."""
