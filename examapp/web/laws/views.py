"""The register of laws."""

from flask import Blueprint

room = Blueprint("laws", __name__)
