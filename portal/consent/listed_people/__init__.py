"""People who are not our customers, in our directories: their own operators gave us the entries."""
