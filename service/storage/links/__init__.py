"""Links, their recipients and notices.

- `links`: confirmed links and their revocations
- `notices`: recipients of links and notices of revocation on a database
"""
