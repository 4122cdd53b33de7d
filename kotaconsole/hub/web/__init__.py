"""Addresses: requests taken apart, answers put together."""
