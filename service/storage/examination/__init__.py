"""Cases, sealed work, the desk, and the images and minutiae of captures."""
