"""Connections, transactions and statements on both databases."""
