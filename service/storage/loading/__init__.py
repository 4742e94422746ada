"""The loader, which stores people by the thousand."""
