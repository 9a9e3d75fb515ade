"""Tests of the customer records room."""
