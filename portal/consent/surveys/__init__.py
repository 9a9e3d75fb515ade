"""Surveys, competitions and lifestyle questions: answers that nobody has to give."""
