"""Unsubscribing from marketing emails by one click (RFC 8058)."""
