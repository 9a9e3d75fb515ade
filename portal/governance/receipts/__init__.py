"""Receipts: proof that somebody was erased, without saying who, for whoever holds one."""
