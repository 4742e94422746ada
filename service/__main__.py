"""`python -m service` is `identlink`: loads the program, then runs it."""

import gc


def run() -> None:
    """Load the command line and run it.

    Garbage collection is off during loading: all loaded objects stay in use, and collecting would
    take a sixth of the start-up time of a command.
    """
    gc.disable()
    from service.main import run as run_command  # noqa: PLC0415 - this is the load

    gc.enable()
    run_command()


if __name__ == "__main__":
    run()
