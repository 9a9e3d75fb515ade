"""Tests of the register of processing."""
