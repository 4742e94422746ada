"""Commands of the office: purges by plan, and what is published.

- `audit`: `identlink audit`: the compliance audit pack, made and verified
- `publication`: `identlink publication`: the public site, made of frozen releases alone
- `retention`: `identlink retention`: plans of a purge, counted again, released, carried out
- `statistics`: `identlink statistics`: a quarter released once, shown, and counted again
"""
