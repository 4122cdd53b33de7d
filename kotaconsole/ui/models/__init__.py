"""Snapshots of the store as Qt models."""
