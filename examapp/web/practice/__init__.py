"""The room for training, without credit and without certificate."""
