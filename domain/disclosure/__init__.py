"""Subject access, deletion, and the restriction of what is held of a person.

- `restriction`: data that is kept and shown to the holder of the evidence alone
"""
