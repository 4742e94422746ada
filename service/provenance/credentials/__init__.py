"""Certificates that can be verified without the office: signed credentials, and documents that
carry them.
"""
