"""The queue of the desk: every case by due date, by whose it is, and by search."""
