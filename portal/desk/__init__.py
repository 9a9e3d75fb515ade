"""The support desk: cases that people open, and what staff do about them."""
