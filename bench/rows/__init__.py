"""One module for each row of goals. Each has `measure`, which gives a `Row`."""
