"""Code that the benchmarks of candidate search share."""
