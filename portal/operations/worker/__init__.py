"""The worker: its jobs, a thread for each, and what sends emails and webhooks."""
