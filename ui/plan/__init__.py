"""The 排班 page: the board, what is selected, what was left out, and the run dialog."""
