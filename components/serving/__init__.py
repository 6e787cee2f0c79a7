"""What an operator needs of the server: its health, numbers, log, and who is let in."""
