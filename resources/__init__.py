"""Data the product ships, and the one way to open it."""
