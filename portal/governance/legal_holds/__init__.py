"""Legal holds: what must not be deleted yet, for whom, why and until when."""
