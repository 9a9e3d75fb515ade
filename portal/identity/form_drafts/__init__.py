"""Half-filled forms that a session's end would have lost."""
