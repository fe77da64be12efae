"""The question bank."""

from flask import Blueprint

room = Blueprint("bank", __name__)
