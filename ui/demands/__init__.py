"""The page 需求."""
