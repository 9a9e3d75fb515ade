"""How customers get back in who have forgotten how."""
