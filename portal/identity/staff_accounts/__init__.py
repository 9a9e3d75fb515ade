"""The people of the support desk: who they are, what each may do, and their accounts."""
