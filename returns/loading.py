"""Loads the code lists of every edition into the caseload's tables (design §4)."""

from caseload.models import CODE_MODELS, ActivityCode, CharacteristicCode, Code
from returns.editions import available
from returns.editions.codes import MergedCode, in_list


def load_codes() -> None:
    """Bring every code of every edition into its table; run twice, changes nothing."""
    newest = available()[-1]
    for model in CODE_MODELS:
        rows = [_row(model, code, newest) for code in in_list(model.list_name)]
        model._default_manager.bulk_create(
            rows,
            update_conflicts=True,
            unique_fields=["code"],
            update_fields=[
                field.name for field in model._meta.concrete_fields if not field.primary_key
            ],
        )


def _row(model: type[Code], code: MergedCode, newest: str) -> Code:
    row = model(
        code=code.code,
        label=code.label,
        first_edition=code.first,
        last_edition="" if code.last == newest else code.last,
        position=code.position,
    )
    if isinstance(row, ActivityCode):
        row.group = str(code.attributes["group"])
    if isinstance(row, CharacteristicCode):
        row.is_sensitive = bool(code.attributes["sensitive"])
    return row
