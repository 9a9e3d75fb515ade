"""The two kinds of people who sign in, and all that differs between them: one table."""
