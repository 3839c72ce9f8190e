"""Printed documents (PDF) from plan views."""
