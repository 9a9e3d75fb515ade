"""Keeping nothing for longer than its rule says: the schedule and the purge."""
