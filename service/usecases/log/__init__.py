"""The log of events: recorded, read, signed, exported and verified."""
