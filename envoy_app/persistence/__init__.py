"""Storage: SQLite through sqlmodel. Rows never leave this package; callers see domain records."""
