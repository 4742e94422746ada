"""The loader, which stores people in batches of thousands."""
