"""What is kept for how long, erased, restricted or deleted."""
