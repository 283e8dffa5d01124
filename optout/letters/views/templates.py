"""Templates by version, and the list of organisations that letters point to (pages §2.4)."""

from functools import cached_property
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.views.generic import FormView

from ccis.access.roles import Permission
from optout.errors import CannotDo
from optout.letters import queries
from optout.letters.actions import templates
from optout.letters.models import ProviderList, Template
from optout.letters.presenters import templates as presenter
from optout.letters.queries import current_list
from optout.letters.rules import PURPOSES, SUPPORT
from optout.letters.template_forms import TemplateNameForm, VersionForm
from optout.letters.views.base import LettersPage, ShowLetters


class Templates(ShowLetters):
    """Every template with its newest version."""

    place = "letters:templates"
    template_name = "letters/templates.jinja"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        mine = Template.objects.filter(authority=self.authority).prefetch_related("versions")
        return super().get_context_data(templates=[presenter.row(one) for one in mine], **kwargs)


class NewTemplate(LettersPage, FormView[TemplateNameForm]):
    """Asks what a new template is called."""

    permission = Permission.WRITE_TEMPLATES
    place = "letters:templates"
    form_class = TemplateNameForm
    template_name = "letters/template_new.jinja"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        back = {"href": reverse("letters:templates"), "text": "Templates"}
        return super().get_context_data(back=back, **kwargs)

    def form_valid(self, form: TemplateNameForm) -> HttpResponse:
        try:
            template = templates.begin(
                authority=self.authority,
                name=form.cleaned_data["name"],
                by=self.user,
                at=timezone.now(),
            )
        except CannotDo as error:
            form.add_error(error.field, error.message)
            return self.form_invalid(form)
        return redirect("letters:publish", template.ref)


class OfTemplate(LettersPage):
    """A page of one template of the authority."""

    place = "letters:templates"

    @cached_property
    def letter(self) -> Template:
        """The template; not found when it is another authority's."""
        return get_object_or_404(Template, authority=self.authority, ref=self.kwargs["template"])


class ShowTemplate(OfTemplate, ShowLetters):
    """What a template says, its versions, and what one changed of another."""

    template_name = "letters/template.jinja"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        versions = list(self.letter.versions.select_related("published_by"))
        asked = self.request.GET.get("version", "")
        shown = next((one for one in versions if str(one.number) == asked), None)
        shown = shown or (versions[0] if versions else None)
        before = next((one for one in versions if shown and one.number == shown.number - 1), None)
        return super().get_context_data(
            letter=self.letter,
            shown=presenter.version(shown) if shown else None,
            changes=presenter.changes(before, shown) if before and shown else [],
            before=before,
            write_again=bool(versions) and queries.somebody_was_written_to(self.authority),
            versions=[presenter.version_row(one, current=one is shown) for one in versions],
            back={"href": reverse("letters:templates"), "text": "Templates"},
            **kwargs,
        )


class Publish(OfTemplate, FormView[VersionForm]):
    """Asks for all that a version says; shows it; publishes it."""

    permission = Permission.WRITE_TEMPLATES
    form_class = VersionForm
    template_name = "letters/publish.jinja"

    def get_initial(self) -> dict[str, Any]:
        asked = self.request.GET.get("for", "")
        purpose = asked if asked in PURPOSES else SUPPORT
        return presenter.to_write(self.letter.versions.first(), self.authority, purpose=purpose)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        address = reverse("letters:template", args=[self.letter.ref])
        return super().get_context_data(
            letter=self.letter,
            placeholders=presenter.placeholders(),
            is_first=not self.letter.versions.exists(),
            back={"href": address, "text": self.letter.name},
            cancel=address,
            **kwargs,
        )

    def form_valid(self, form: VersionForm) -> HttpResponse:
        if "publish" not in self.request.POST:
            shown = presenter.example(form.said)
            return self.render_to_response(self.get_context_data(form=form, shown=shown))
        try:
            version = templates.publish(
                self.letter,
                by=self.user,
                at=timezone.now(),
                after=form.made_after,
                said=form.said,
            )
        except CannotDo as error:
            form.add_error(error.field if error.field in form.fields else None, error.message)
            return self.form_invalid(form)
        messages.success(self.request, f"Version {version.number} published")
        return redirect("letters:template", self.letter.ref)


class ShowList(ShowLetters):
    """The organisations of the newest list, and its versions."""

    place = "letters:list"
    template_name = "letters/list.jinja"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        lists = ProviderList.objects.filter(authority=self.authority)
        newest = current_list(self.authority)
        return super().get_context_data(
            newest=newest,
            write_again=newest is not None and queries.told_by_an_older_list(newest),
            organisations=list(newest.providers.order_by("name")) if newest else [],
            versions=presenter.list_rows(lists.select_related("made_by")),
            **kwargs,
        )
