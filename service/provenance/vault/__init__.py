"""Sealed payloads, and the keys whose destruction erases them."""
