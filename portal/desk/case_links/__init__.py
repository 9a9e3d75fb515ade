"""A visitor's own message: read and answered by a link to their address, without an account."""
