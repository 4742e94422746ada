"""Templates that are vectors of fixed length.

- `blobs`: the impressions of one capture as compact bytes, and back
- `blob_columns`: thousands of captures between such bytes and arrays
"""
