"""What is recorded and kept, and how long: audit trail, legal holds, retention, receipts."""
