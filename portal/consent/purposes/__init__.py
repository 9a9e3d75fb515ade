"""The catalogue of purposes, in versions: marketing, companies, directories, and their words."""
