"""Unsubscribing: one click in a marketing letter, and it comes no more (RFC 8058)."""
