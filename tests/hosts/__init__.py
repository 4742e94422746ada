"""Two hosts of the service, a PostgreSQL and its standby, as network namespaces of this machine.

`make test-hosts` lets faults happen to them at random under load, and counts what came of it.

- `faults`: the faults, the counts, and the command
- `hosts`: a service and a database in their namespaces, started, paused and killed
- `load`: callers that repeat each call under its key until it is acknowledged
- `network`: namespaces, their cables, and what is done to these
"""
