"""What the benchmarks of candidate search share."""
