"""Where customers are listed: in directories, number by number, and with preference services."""
