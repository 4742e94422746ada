"""The structure of the code: drawn, listed and held to its limits."""
