"""What other systems of the company hold about a customer: said here, and asked where it can be."""
