"""Exchange of convictions with other States: messages, duties to notify, and faults."""
