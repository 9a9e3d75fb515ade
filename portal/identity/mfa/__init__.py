"""Second steps of signing in: authenticators, passkeys, recovery codes, codes by email."""
