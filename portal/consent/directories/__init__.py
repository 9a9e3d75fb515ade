"""Directory entries of customers' numbers, and their enrolments with preference services."""
