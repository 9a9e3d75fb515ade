"""Who somebody is and how they prove it: accounts, credentials, MFA, sessions, signing in."""
