"""Agencies: agreements, the accounts that act for agencies, and Arrest Summons Numbers."""
