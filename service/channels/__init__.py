"""Channels by which messages leave the service."""
