"""Files of prints and their templates, read and made in a process with limits.

- `isolated`: the reader and the maker of templates as the service calls them
- `nist_writer`: transactions of ANSI/NIST-ITL in the traditional encoding, written: types 1, 2
  and 14
- `tasks`: the tasks of the child process
- `templates`: the minutiae and the quality of pixels
- `wire`: how prints and templates travel between the two
"""
