"""Records of minutiae.

- `iso19794_2`: finger minutiae records of ISO/IEC 19794-2:2011 as they are written and kept here
- `received`: finger minutiae records of others: ISO/IEC 19794-2:2005 and :2011
"""
