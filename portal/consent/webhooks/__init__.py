"""Announcements of changes to another system: an outbox, sent by the worker as webhooks."""
