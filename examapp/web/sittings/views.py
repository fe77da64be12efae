"""Sitting an exam."""

from flask import Blueprint

room = Blueprint("sittings", __name__)
