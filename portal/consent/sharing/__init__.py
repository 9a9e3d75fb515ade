"""Who received a customer's details, when, and under which agreement."""
