"""Commands of the office: its pages for the public, certificates, exchange, purges, and others.

- `audit`: `identlink audit`: the compliance audit pack, made and verified
- `certificates`: `identlink certificate`: certificates checked without a store and without a
  connection
- `conversion`: `identlink conversion`: pictures in a folder become frames of a lot
- `exchange`: `identlink exchange`: other States, messages to them, and a check that all were sent
- `public`: `identlink public`: the pages for the public, a process apart from the office's
- `publication`: `identlink statistics` and `publication`: a quarter released once, and the public
  site
- `retention`: `identlink retention`: plans of a purge, counted again, released, carried out
"""
