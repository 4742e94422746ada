"""Files of prints and their templates, read and made in a process with limits.

- `isolated`: the reader and the maker of templates as the service calls them
- `tasks`: what the child process can be asked
- `templates`: the minutiae and the quality of pixels
- `wire`: how prints and templates travel between the two
"""
