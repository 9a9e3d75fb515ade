"""By when the law wants an answer to a request about personal data."""
