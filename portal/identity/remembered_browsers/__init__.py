"""Browsers that greet a customer by name, and open nothing."""
