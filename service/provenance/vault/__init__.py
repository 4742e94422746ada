"""Sealed payloads and the keys that erase them."""
