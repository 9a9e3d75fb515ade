"""Requests to cancel that come by the feedback form, until they are carried out or refused."""
