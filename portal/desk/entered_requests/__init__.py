"""Requests that came by telephone, by letter or in a shop, entered by a colleague."""
