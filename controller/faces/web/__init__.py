"""The terminal interface in a browser on this machine. Loads a web server: import it only to serve."""
