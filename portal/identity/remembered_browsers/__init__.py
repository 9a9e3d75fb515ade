"""Remembered browsers: they greet a customer by name, and skip no step of signing in."""
