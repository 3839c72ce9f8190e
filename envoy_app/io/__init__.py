"""Workbooks in and out: the import pipeline and the exports."""
