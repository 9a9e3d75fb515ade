"""The register of disclosures: what the police, a court or a company got, and why."""
