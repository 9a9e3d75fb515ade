"""Who looked at a customer's data: every look of a colleague, told to whom it was about."""
