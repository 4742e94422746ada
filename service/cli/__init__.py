"""The command `identlink`: one module for each group of commands."""
