"""Emails that were not delivered, as the desk and whoever runs the portal see them."""
