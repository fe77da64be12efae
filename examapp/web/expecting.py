"""What the settings expect of the three bands, for whoever estimates how easy an item is."""

from __future__ import annotations

from flask import current_app

from examapp.config import Settings
from examapp.core.ease import EasePrior


def expectation() -> EasePrior:
    """The expected shares of right answers before anybody answered."""
    settings: Settings = current_app.extensions["settings"]
    return settings.ease
