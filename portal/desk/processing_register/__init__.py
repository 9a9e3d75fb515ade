"""The register of processing (UK GDPR, article 30): what is done with personal data, and why."""
