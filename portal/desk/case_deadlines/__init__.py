"""The last day to answer a case: why it is that day, and what a colleague may do about it."""
