"""The address somebody signs in with: change it, confirm it, take it back."""
