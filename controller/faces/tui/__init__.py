"""The screens of a terminal. Textual is imported in here alone: import a module only to show it."""
