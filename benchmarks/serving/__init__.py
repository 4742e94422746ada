"""Parts of the benchmarks `service` and `served`."""
