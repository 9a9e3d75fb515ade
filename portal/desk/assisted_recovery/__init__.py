"""Account recovery by the desk, which has verified the customer's identity."""
