"""Draws the states of a file into ``docs/states.md``."""

from typing import Any

from django.core.management.base import BaseCommand

from caseload.intake.diagram import PAGE, redraw

TITLE = "# States\n\nDrawn from the code; a test fails when a drawing is out of date.\n"


class Command(BaseCommand):
    help = "Draw the states of a file into docs/states.md"
    requires_system_checks: list[str] = []

    def handle(self, **options: Any) -> None:
        page = PAGE.read_text(encoding="utf-8") if PAGE.exists() else TITLE
        PAGE.write_text(redraw(page), encoding="utf-8")
        self.stdout.write(f"Drew {PAGE.name}")
