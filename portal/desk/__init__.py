"""The support desk: cases that people open, and the work of staff on them."""
