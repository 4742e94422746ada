"""The command `identlink`, with one module for each group of commands."""
