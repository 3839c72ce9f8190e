"""Formats of tables, each turned into the same plain records; runs in the reading child only."""
