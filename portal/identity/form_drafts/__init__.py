"""Drafts: forms that were half filled in when a session ended."""
