"""Keeps track of whether the words at hand are another law's words, quoted."""

from __future__ import annotations

_OPENERS = "“「『‘"


class Quotations:
    """Reads a law's lines in order; knows what it quotes.

    Only in a text that amends laws does an open quotation count: elsewhere it is a slip.
    """

    def __init__(self, *, amends: bool) -> None:
        self.amends = amends
        self.open = False
        self._announced = self._block = False

    def quotes(self, text: str, *, in_turn: bool) -> bool:
        """Whether a label at the beginning of this line stands in quoted words.

        Quoted are lines that begin with a quotation mark, and a label out of turn while a
        quotation is open or after a line that ends in a colon ("… as follows:").
        """
        if text[:1] in _OPENERS:
            return True
        if in_turn:
            self._block = self.open = False
            return False
        self._block = self._block or self._announced
        return self._block or (self.open and self.amends)

    def quotes_heading(self, text: str) -> bool:
        """Whether a heading is another law's: only a text that amends laws quotes headings."""
        return self.amends and self.quotes(text, in_turn=False)

    def read(self, text: str) -> None:
        """Go past a line."""
        last_open, last_close = text.rfind("“"), text.rfind("”")
        if last_open != last_close:
            self.open = last_open > last_close
        self._announced = text.endswith(("：", ":"))
