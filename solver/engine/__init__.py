"""The search: construction, neighbourhoods, exact models and their bounds."""
