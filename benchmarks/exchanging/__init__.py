"""Parts of the benchmark of a year of exchange."""
