"""Size limits of print files and of their images."""

LARGEST_SIDE_PX = 4_096
"""A print at 1000 ppi is about 2000 pixels high; four fingers of a hand are about 3200 pixels
wide."""

LARGEST_IMAGE_BYTES = 4 * 1024 * 1024
"""Size of one image as received."""

LARGEST_FILE_BYTES = 32 * 1024 * 1024
"""A transaction of fourteen uncompressed images has about 20 MB."""

MOST_PARTS = 64
"""Number of images and minutiae records in one file."""
