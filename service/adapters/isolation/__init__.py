"""Processing of untrusted bytes in a separate process with limits."""
