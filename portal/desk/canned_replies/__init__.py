"""Ready-made replies: texts of the company, in versions, that colleagues put into their answers."""
