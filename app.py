"""Starts the house."""

from examapp.serving import once_the_database_answers
from examapp.web.application import create_app

app = once_the_database_answers(create_app)

if __name__ == "__main__":
    from examapp.commands.serve import serve

    serve(["--host", "127.0.0.1", "--port", "8000", "--workers", "1"])
