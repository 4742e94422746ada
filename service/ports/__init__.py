"""The world outside, as the use cases need it."""
