"""The Python client (`clients/python`) against the application."""
