"""`python -m service` is `identlink`."""

from service.main import run

run()
