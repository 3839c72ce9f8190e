"""The command line: parses words, calls services, prints."""
