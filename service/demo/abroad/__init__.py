"""`identlink demo --exchange`: another country, and what is exchanged with it.

- `exchange`: a request up to its reply, a notification with its update, the check
- `other_country`: another country: a second store with keys of its own, served beside the first
"""
