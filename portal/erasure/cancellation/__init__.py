"""Leaving: one registration, or everything; and then the person is gone."""
