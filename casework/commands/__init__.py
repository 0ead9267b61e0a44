"""The command line's commands, one noun a file. Imported only when a command is run, never on the way to the app."""
