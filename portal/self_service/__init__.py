"""What a signed-in customer does alone, and what anybody may read."""
