"""Reading the interchange formats: every error is one Chinese sentence that says where."""
