"""The customer's home: a look at everything, kept by the rooms below."""
