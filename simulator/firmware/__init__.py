"""The reference firmware of the Knot profile, in the subset of Python that MicroPython runs."""
