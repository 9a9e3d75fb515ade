"""Changes reach another system: an outbox of announcements, sent by the worker as webhooks."""
