"""Certificates that verify without the office: signed credentials and their documents."""
