"""Files of prints at the command line.

- `importing`: `identlink import-nist`: transactions of ANSI/NIST-ITL enrolled in bulk
- `templates`: `identlink templates`: make templates again from the pictures that are kept, and
  switch
"""
