"""The one place of all wiring: settings in, working services out.

- `runtime`: everything that a server or a worker needs, opened and closed together
- `stores`: the database of a store, its format and its log
- `keys`: who holds the keys of a store, and what is made of them
- `desks`: certificates, exchange with other States, prints, documents, the identity provider
- `galleries`: the index of a store, or its parts on a cluster
"""
