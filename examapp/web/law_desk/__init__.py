"""The trainer's desk for laws: importing texts, and what bank and guides cover of them."""
