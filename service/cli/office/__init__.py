"""Commands of the office: its pages for the public, purges, publication, and old records.

- `audit`: `identlink audit`: the compliance audit pack, made and verified
- `conversion`: `identlink conversion`: pictures in a folder become frames of a lot
- `public`: `identlink public`: the pages for the public, a process apart from the office's
- `publication`: `identlink publication`: the public site, made of frozen releases alone
- `retention`: `identlink retention`: plans of a purge, counted again, released, carried out
- `statistics`: `identlink statistics`: a quarter released once, shown, and counted again
"""
