"""Choices that staff set for whoever rings, writes or comes to a shop."""
