"""Parts of `python -m benchmarks prints`: the accuracy of extractors, matcher and vectors."""
