"""Results of courts told to stores, compared with the states that an index gives."""
