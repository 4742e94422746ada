"""Requests, the data that left because of them, and the notices that follow."""
