"""Tables of the services for the public.

- `certificate_standing`: certificates that no longer hold, read from the rows that they stood on
- `certificates`: certificates, the rows that each stood on, and revocations
"""
