"""What opens on `unknot` alone. Loads Textual: import a module of it only to show it."""
