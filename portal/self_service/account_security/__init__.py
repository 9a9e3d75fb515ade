"""What a customer signs in with and where: seen, changed, ended."""
