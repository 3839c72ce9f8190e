"""Versions of plans beside each other."""
