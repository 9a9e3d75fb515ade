"""Reading lists that others made: which columns hold contacts, and how each contact is spelled."""
