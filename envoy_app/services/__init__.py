"""What the application does: the only part that windows, commands and tests talk to."""
