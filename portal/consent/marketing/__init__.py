"""Marketing choices: what about, and by which channel. Nothing is on by default."""
