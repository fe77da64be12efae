"""Exams, for those who sit and those who set them."""

from flask import Blueprint

room = Blueprint("exams", __name__)
