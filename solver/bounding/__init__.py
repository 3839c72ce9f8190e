"""Proven lower bounds of the cost by Lagrangian relaxation over whole envoy schedules."""
