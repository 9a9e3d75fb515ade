"""Signing in and out, fresh proof, and the greeting of remembered browsers."""
