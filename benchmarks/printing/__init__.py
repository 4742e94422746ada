"""Parts of `python -m benchmarks prints`: accuracy of extractors, matcher and vectors."""
