"""What happens in a workspace, as its own files tell it: nothing here starts a foreign program."""
