"""The page 历史, and the history that a record shows of itself."""
