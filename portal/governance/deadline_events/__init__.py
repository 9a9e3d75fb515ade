"""What happened with a request, as far as it moves its last day to answer."""
