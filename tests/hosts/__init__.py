"""Three hosts of the service behind HAProxy, a PostgreSQL and its standby, as network namespaces.

`make test-hosts` replaces their release one after the other, then lets faults happen to them at
random, under load, and counts what came of it. It also spreads a gallery over three hosts.

- `balancer`: HAProxy, the only address that callers know
- `counts`: what was acknowledged, lost, doubled and failed
- `faults`: the faults, and the command that lets them happen
- `hosts`: a service and a database in their namespaces, started, paused and killed
- `load`: callers that repeat each call under its key until it is acknowledged
- `machine`: the clock and the disk of a host, wrong or slow
- `network`: namespaces, their cables, and what is done to these
- `parts`, `parts_caller`: a gallery in parts on three hosts, with time between them
- `site`: hosts of the service, balancer and databases, running
- `upgrade`: a release after the other, host by host
"""
