"""The commands behind ./run, one file a noun."""
