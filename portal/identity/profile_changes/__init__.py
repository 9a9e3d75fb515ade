"""How profiles changed, and every billing account number that somebody ever had."""
