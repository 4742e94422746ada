"""Parts of `python -m benchmarks service`: databases, the served process, and its clients."""
