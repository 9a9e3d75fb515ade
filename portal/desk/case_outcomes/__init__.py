"""How a case ends: with an answer, without one, refused; and what is opened again."""
