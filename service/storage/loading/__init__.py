"""The loader: people by the thousand."""
