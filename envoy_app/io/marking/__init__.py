"""The sender's own workbook with the doubtful cells marked, all else untouched."""
