"""Sessions, past sign-ins and remembered browsers, of customers and staff alike."""
