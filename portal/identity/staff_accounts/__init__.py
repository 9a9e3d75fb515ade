"""The people of the support desk: their accounts and their sign-in."""
