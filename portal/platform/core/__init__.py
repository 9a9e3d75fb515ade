"""What every room stands on: the clock, identifiers, errors, the database, the unit of work."""
