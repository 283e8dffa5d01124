"""Lists: drafted, looked at, released by a second person, withdrawn (pages §2.5)."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone

from ccis.access.references import show_reference
from ccis.access.roles import Permission
from ccis.govuk.lists import Column, Sort, page_of
from ccis.govuk.words import plural
from sharing.actions import lists
from sharing.errors import CannotShare
from sharing.models import ListEntry, ListState, SharedList
from sharing.presenters import lists as presenter
from sharing.views.base import OfList, ShowSharing

LISTS = (
    Column("Organisation"),
    Column("Purpose"),
    Column("State"),
    Column("People", numeric=True),
    Column("Live now", numeric=True),
    Column("Date"),
)
ENTRIES = (Column("Young person"), Column("State"), Column("What goes, or why not"))


class Lists(ShowSharing):
    """Lists to release, and those that went."""

    place = "sharing:lists"
    template_name = "sharing/lists.jinja"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        mine = SharedList.objects.visible_to(self.user).filter(authority=self.authority)
        total = mine.count()
        listed = page_of(
            presenter.with_counts(mine, timezone.now()),
            request=self.request,
            name="shared-lists",
            sorts=(Sort("newest", "Newest", ("-drafted_at",)),),
            key="ref",
            total=total,
            sentence=plural(total, "list"),
        )
        listed.rows[:] = [presenter.row(one) for one in listed.rows]
        return super().get_context_data(
            listed=listed,
            columns=LISTS,
            caption_text="Lists for organisations",
            nothing_yet=not total,
            **kwargs,
        )


class ShowList(OfList, ShowSharing):
    """What a list is on its face, who is on it, and who dropped out and why."""

    template_name = "sharing/list.jinja"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        waits = self.shared.state == ListState.DRAFTED
        mine = ListEntry.objects.visible_to(self.user).filter(on_list=self.shared)
        total, everyone = mine.count(), self.shared.entries.count()
        listed = page_of(
            mine.select_related("person__lead_authority"),
            request=self.request,
            name=f"list-{self.shared.ref}",
            sorts=(Sort("order", "Order", ("pk",)),),
            total=total,
            sentence=plural(total, "young person", "young people"),
        )
        extra = self._drafted(listed) if waits else self._gone(listed)
        return super().get_context_data(
            shared=self.shared,
            reference=show_reference(self.shared.ref),
            details=presenter.details(self.shared, everyone),
            state=presenter.tag(
                presenter.with_counts(
                    SharedList.objects.filter(pk=self.shared.pk), timezone.now()
                ).get()
            ),
            listed=listed,
            columns=ENTRIES,
            caption_text="Young people on this list",
            hidden=everyone - total,
            waits=waits,
            is_own=self.shared.drafted_by_id == self.user.pk,
            may_release=self.may(Permission.RELEASE_LISTS),
            may_prepare=self.may(Permission.PREPARE_LISTS),
            files=self._files(),
            back={"href": reverse("sharing:lists"), "text": "Lists"},
            **extra,
            **kwargs,
        )

    def _files(self) -> list[dict[str, str]]:
        """Where its files are, for those who may open that."""
        made = reverse("securefiles:files", args=[self.shared.ref])
        went = f"{reverse('sharing:left')}?of={show_reference(self.shared.ref)}"
        places = [
            (Permission.MAKE_SECURE_FILES, "Files of this list", made),
            (Permission.SEE_LEDGER, "Files of it that left", went),
        ]
        return [{"text": text, "href": href} for may, text, href in places if self.may(may)]

    def _names(self, entries: list[ListEntry]) -> dict[int, str]:
        return self.names([one.person for one in entries], page="list")

    def _drafted(self, listed: Any) -> dict[str, Any]:
        entries: list[ListEntry] = list(listed.rows)
        names, found = self._names(entries), lists.look(self.shared, at=timezone.now())
        listed.rows[:] = [
            presenter.drafted_row(one, names[one.person_id], found[one.person_id])
            for one in entries
        ]
        out = [answer for answer in found.values() if not answer.may]
        return {
            "dropped": len(out),
            "left_out": presenter.left_out(out),
            "going": len(found) - len(out),
        }

    def _gone(self, listed: Any) -> dict[str, Any]:
        entries: list[ListEntry] = list(listed.rows)
        names, at = self._names(entries), timezone.now()
        people = [one.person_id for one in entries]
        made = {one.person_id: one for one in self.shared.disclosures.filter(person__in=people)}
        listed.rows[:] = [
            presenter.gone_row(one, names[one.person_id], made.get(one.person_id), at)
            if self.shared.state == ListState.RELEASED
            else presenter.withdrawn_row(one, names[one.person_id])
            for one in entries
        ]
        return {"dropped": 0, "left_out": [], "going": 0}


class Release(OfList, ShowSharing):
    """Asks a second person once more, in words, and lets the list go."""

    permission = Permission.RELEASE_LISTS
    template_name = "sharing/release.jinja"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        if self.shared.state != ListState.DRAFTED:
            raise Http404
        found = lists.look(self.shared, at=timezone.now())
        going = sum(answer.may for answer in found.values())
        return super().get_context_data(
            shared=self.shared,
            reference=show_reference(self.shared.ref),
            details=presenter.details(self.shared, going),
            going=going,
            button=f"Release {plural(going, 'person', 'people')}",
            dropped=len(found) - going,
            is_own=self.shared.drafted_by_id == self.user.pk,
            back=self.back,
            cancel=self.address,
            **kwargs,
        )

    def post(self, *args: Any, **kwargs: Any) -> HttpResponse:
        """Release; what stands in its way is said on the list's page."""
        now = timezone.now()
        try:
            made = lists.release(self.shared, by=self.user, at=now)
        except CannotShare as error:
            messages.warning(self.request, error.message)
        else:
            self.shared.refresh_from_db(fields=["version"])
            messages.success(self.request, presenter.released(self.shared, made, now))
        return redirect(self.address)


class Withdraw(OfList):
    """Gives a draft up."""

    permission = Permission.PREPARE_LISTS
    http_method_names = ["post", "options"]

    def post(self, *args: Any, **kwargs: Any) -> HttpResponse:
        """Withdraw; what stands in its way is said on the list's page."""
        try:
            lists.withdraw(self.shared, by=self.user, at=timezone.now())
        except CannotShare as error:
            messages.warning(self.request, error.message)
        else:
            messages.success(self.request, "Withdrawn. Nobody was shared")
        return redirect(self.address)
