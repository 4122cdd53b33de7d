"""Whole stories in a real window."""
