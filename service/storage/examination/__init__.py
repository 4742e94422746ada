"""Cases, sealed work, the desk, and the images and minutiae of captures.

- `cases`: cases and what examiners seal in them
- `drafts`: drafts on a database
- `figures`: what statistics and control items are made of, on a database
- `images`: images that came with a capture, on a database
- `minutiae`: minutiae that came with a capture, on a database: one ISO/IEC 19794-2 record a
  finger
- `queue`: reads across cases for queue and overview, on a database
"""
