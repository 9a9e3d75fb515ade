"""Links to a visitor's own message: it is read and answered without an account."""
