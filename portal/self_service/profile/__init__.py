"""The profile: see and change what a customer told us about themselves."""
