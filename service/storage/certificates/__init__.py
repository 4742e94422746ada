"""Certificates: written once, their standing read from the rows that they stood on."""
