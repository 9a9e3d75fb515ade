"""Marketing consent: choices, who may therefore be contacted, and announcements of changes."""
