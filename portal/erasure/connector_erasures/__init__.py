"""Telling other systems of the company to erase somebody, until they confirm it."""
