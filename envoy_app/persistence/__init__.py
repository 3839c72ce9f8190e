"""SQLite through sqlmodel: tables, migrations, repositories, unit of work. Rows stay inside."""
