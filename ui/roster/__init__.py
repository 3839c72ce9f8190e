"""The page 特派员."""
