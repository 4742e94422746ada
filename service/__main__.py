"""`python -m service` is `identlink`."""

from service.cli.main import run

run()
