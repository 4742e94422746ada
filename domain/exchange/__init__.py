"""Exchange of convictions with other States: messages, duties and their standing, faults."""
