"""Everything that is held about a customer, by category, with why and for how long."""
