"""Figures against the limits of the same machine, taken in the same run: `./preau bench`."""
