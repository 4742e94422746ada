"""Subject access, deletion, and the restriction of data held of a person.

- `deletions`: deletion of data left by an arrest, decided by the force that owns it
- `own_data`: everything held of a person, by field, and the answer that is made of it
- `restricted_items`: the items of a record without one that is restricted, and with it again
- `restriction`: data that is kept and shown only to the holder of the evidence
"""
