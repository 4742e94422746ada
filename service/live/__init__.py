"""The state that a process keeps in memory while it serves."""
