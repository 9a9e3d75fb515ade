"""People who are no customers see, correct and take out their number, after they proved it."""
