"""The hub's schema, step by step; `hub serve` brings a file up to date before it listens."""
