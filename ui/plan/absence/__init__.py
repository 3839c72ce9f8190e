"""The absence assistant: somebody cannot come, and others take the visits."""
