"""Emails: written in the transaction of what they tell, sent afterwards by the worker."""
