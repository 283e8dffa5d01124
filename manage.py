#!/usr/bin/env python
"""Django's commands. With no DATABASE_URL they start the embedded database and use that."""

import os
import sys

# Commands that change the shape of the database, and so must own it.
OWNERS_COMMANDS = {"dbshell", "flush", "makemigrations", "migrate", "sqlmigrate", "test"}
# Commands that never ask the database anything.
WITHOUT_DATABASE = {
    "help",
    "version",
    "--help",
    "--version",
    "check",
    "collectstatic",
    "findstatic",
}


def main() -> None:
    """Run the command with the least database role that it can work with."""
    command = sys.argv[1] if len(sys.argv) > 1 else "help"
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ccis.settings.local")
    os.environ.setdefault("CCIS_DATABASE_ROLE", role_for(command))
    embedded = os.environ["DJANGO_SETTINGS_MODULE"] == "ccis.settings.local"
    if embedded and "DATABASE_URL" not in os.environ and command not in WITHOUT_DATABASE:
        start_embedded_database()

    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)


def role_for(command: str) -> str:
    """Return ``owner``, ``web`` or ``worker`` for a command."""
    if command in OWNERS_COMMANDS:
        return "owner"
    return "web" if command == "runserver" else "worker"


def start_embedded_database() -> None:
    """Start the embedded database, or end with a sentence that says what to do."""
    from ccis.embedded import EmbeddedError, ensure_database, var_folder

    try:
        ensure_database(var_folder(), durable=True)
    except (EmbeddedError, OSError) as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()
