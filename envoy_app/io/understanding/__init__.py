"""Sheets become people and demands: tables, columns, rows, problems, questions."""
