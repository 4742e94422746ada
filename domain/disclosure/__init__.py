"""Subject access, deletion, and the restriction of data held of a person."""
