"""Files of prints and their templates, read and made in a process with limits."""
