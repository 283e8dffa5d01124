"""Draws the states of an agreement into ``docs/states.md``."""

from typing import Any

from django.core.management.base import BaseCommand

from sharing.agreements.diagram import PAGE, redraw


class Command(BaseCommand):
    help = "Draw the states of an agreement into docs/states.md"
    requires_system_checks: list[str] = []

    def handle(self, **options: Any) -> None:
        PAGE.write_text(redraw(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
        self.stdout.write(f"Drew {PAGE.name}")
