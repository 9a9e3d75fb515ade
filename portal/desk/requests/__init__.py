"""Forms for requests that need more than a message: what each asks, and what its answers mean."""
