"""Court results sent to stores, and compared with the states that an index gives."""
