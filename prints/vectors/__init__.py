"""Formats whose templates are vectors of fixed length, compared by their cosine.

- `blob_columns`: thousands of captures between template blobs and arrays
- `blobs`: the impressions of one capture as compact bytes, and back
- `codec`: templates of one format as bytes
- `comparing`: a probe against stored captures, finger by finger
- `planes`: keyed sketches that tell nearly equal probes
- `units`: values to unit vectors
"""
