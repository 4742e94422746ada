"""Requests, the data disclosed because of them, and the notices that follow."""
