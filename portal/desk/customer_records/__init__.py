"""A customer's record at the desk: a part at a time, for a reason that the customer reads."""
