"""Several PDFs of letters as one, without losing their tags."""

import io
from collections.abc import Iterable

import pikepdf
from pikepdf import Array, Dictionary, Name, Pdf


def join(parts: Iterable[bytes]) -> bytes:
    """Several PDFs of ``set_letters`` as one, tags and all.

    Pages alone would lose what a screen reader goes by, so the trees of tags are joined too: each
    part's numbers are moved up behind those of the part before.
    """
    whole = Pdf.new()
    children, numbers, used, root = Array(), Array(), 0, None
    for content in parts:
        with Pdf.open(io.BytesIO(content)) as part:
            before = len(whole.pages)
            whole.pages.extend(part.pages)
            tree = whole.copy_foreign(part.Root.StructTreeRoot)
            if root is None:
                root = tree
                _say_what_it_is(whole, part)
        for page in list(whole.pages)[before:]:
            _move_up(page.obj, used)
        used = _number(tree, numbers, used)
        for child in tree.K if isinstance(tree.K, Array) else [tree.K]:
            child.P = root
            children.append(child)
    if root is None:
        raise ValueError("There is nothing to print")
    root.K = children
    root.ParentTree = whole.make_indirect(Dictionary(Nums=numbers))
    root.ParentTreeNextKey = used
    whole.Root.StructTreeRoot = root
    joined = io.BytesIO()
    whole.save(joined)
    return joined.getvalue()


def _say_what_it_is(whole: Pdf, part: Pdf) -> None:
    """Title, language, and that it is tagged: as the first part says."""
    whole.Root.Lang = pikepdf.String(str(part.Root.Lang))
    whole.Root.MarkInfo = Dictionary(Marked=True, Suspects=False)
    whole.Root.ViewerPreferences = Dictionary(DisplayDocTitle=True)
    whole.Root.Metadata = whole.make_stream(part.Root.Metadata.read_bytes())
    whole.Root.Metadata.Type, whole.Root.Metadata.Subtype = Name.Metadata, Name.XML


def _move_up(page: pikepdf.Object, by: int) -> None:
    if "/StructParents" in page:
        page.StructParents = int(page.StructParents) + by
    for mark in page.get("/Annots", []):
        if "/StructParent" in mark:
            mark.StructParent = int(mark.StructParent) + by


def _number(tree: pikepdf.Object, numbers: Array, used: int) -> int:
    """Add a part's numbers behind those that are used; gives the next that is free."""
    found = tree.ParentTree.Nums
    most = -1
    for at in range(0, len(found), 2):
        most = max(most, int(found[at]))
        numbers.append(int(found[at]) + used)
        numbers.append(found[at + 1])
    return used + most + 1
