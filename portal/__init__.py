"""A privacy self-service portal for the customers and the support staff of a telecoms company."""
