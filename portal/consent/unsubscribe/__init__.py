"""Unsubscribing: one click in a marketing email, and it comes no more (RFC 8058)."""
