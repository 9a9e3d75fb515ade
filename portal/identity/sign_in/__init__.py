"""How customers get in and out: signing in, fresh proof, being greeted."""
