"""Changing a draft by hand: verdicts before, one recorded change after."""
