"""The worker: its jobs, a thread for each, and the senders of emails and webhooks."""
