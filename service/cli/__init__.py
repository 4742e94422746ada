"""The command `identlink`: each module one group of commands, `main` their registry."""
