"""Choices that staff set for a customer who rings, writes or comes to a shop."""
