"""Explanations: what would cure a gap, what a change by hand would do, what cannot be planned."""
