"""`python -m service` is `identlink`: loads the program, then runs it."""

import gc


def run() -> None:
    """Load the command line and run it.

    Loading makes no garbage: without its collection, commands start a sixth sooner.
    """
    gc.disable()
    from service.main import run as run_command  # noqa: PLC0415 - this is the load

    gc.enable()
    run_command()


if __name__ == "__main__":
    run()
