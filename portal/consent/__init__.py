"""What customers agree to, who may therefore contact them, and who is told of it."""
