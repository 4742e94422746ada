"""Ports filled by something else than the database: `print_images` pictures of prints."""
