"""Readers of files of prints. They run in the child process of `isolation`."""
