"""Readers of files of prints. They run in the child process of `isolation`.

- `checksums`: what decoders of PNG and WSQ do not check
- `finger_images`: finger image records of ISO/IEC 19794-4:2005 and :2011
- `limits`: how large a file of prints may be, and its images
- `nist_files`: transactions of ANSI/NIST-ITL in the traditional encoding
- `nist_images`: images of types 4, 13 and 14, and fingers cut from slaps
- `nist_joining`: type-9 records joined to their images, by their IDC
- `nist_minutiae`: features of type 9: minutiae, region, orientation, cores, deltas
- `nist_records`: fields of the records of a transaction, and its texts in their character set
- `pictures`: bare images: PNG, TIFF, BMP, JPEG 2000, JPEG, WSQ and raw pixels
- `print_files`: any file of prints, by its first bytes
"""
