"""Legal holds on customers, also on those who never wrote to us: by page and by command."""
