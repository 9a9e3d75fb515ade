"""Lists that others made: which column reaches people, and how what stands there is read."""
