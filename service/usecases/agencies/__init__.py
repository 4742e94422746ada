"""Agencies: agreements kept, requests asked and followed, ASNs issued and followed."""
