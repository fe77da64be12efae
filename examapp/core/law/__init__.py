"""Law as text: numbers, editions, what became of each article from one to the next."""
