"""Certificates of legal knowledge."""

from flask import Blueprint

room = Blueprint("certificates", __name__)
