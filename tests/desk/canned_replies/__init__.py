"""Tests of the canned replies room."""
