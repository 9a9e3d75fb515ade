"""What every district stands on: settings, encryption, the database, pages. It knows no feature."""
