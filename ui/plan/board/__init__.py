"""The board: rows of counties or envoys, days across; it paints only what is visible."""
