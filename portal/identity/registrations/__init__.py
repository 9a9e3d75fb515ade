"""Registrations: the services that a customer has, adding one and cancelling one."""
