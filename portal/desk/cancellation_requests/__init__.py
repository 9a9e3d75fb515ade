"""A request to cancel that came by the feedback form, seen through."""
