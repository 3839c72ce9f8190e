"""Records of the domain as frozen dataclasses, and the rules that need no storage."""
