"""The audit trail: what happened to whom, without a personal detail."""
