"""Messages to us: the feedback form, its cases, and the desk that answers them."""
