"""What the window and the command line call: one function per task of the user."""
