"""Registrations: the services that a customer is registered for, one more and one fewer."""
