"""Faults planted from outside, for the proof that the audit finds them."""
