"""A simulated conversion: frames of known content, keyers who err, workers who are killed."""
