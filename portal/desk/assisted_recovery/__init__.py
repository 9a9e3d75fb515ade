"""The desk lets customers back in whose identity it has made sure of."""
