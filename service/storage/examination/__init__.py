"""Cases, sealed work, the work queue, and the images and minutiae of captures."""
