"""特派员排班: domain, storage, files, reports, services and the command line. No Qt."""
