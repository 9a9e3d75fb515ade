"""Accounts and authentication: accounts, credentials, MFA, sessions, signing in."""
