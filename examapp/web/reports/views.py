"""Reports of one's own unit."""

from flask import Blueprint

room = Blueprint("reports", __name__)
