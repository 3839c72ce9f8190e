"""The window (PySide6). Talks to envoy_app.services only."""
