"""Restricting data instead of erasing it, and deleting data about arrests."""
