"""`identlink rules`: law that can be computed; needs no store.

- `clocks`: the last day on which something is in time
- `convictions`: when the convictions of a record become spent
- `explaining`: which provision holds for an item on a day, and why
"""

from __future__ import annotations

from service.cli.context import Group
from service.cli.rules.clocks import due
from service.cli.rules.convictions import spent
from service.cli.rules.explaining import explain

app = Group(help="Law that can be computed: clocks, retention and rehabilitation.")
app.command("due")(due)
app.command("spent")(spent)
app.command("explain")(explain)
