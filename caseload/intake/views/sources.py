"""Who sends files: their scorecards, what their software may send, what is remembered of them."""

from functools import cached_property
from typing import Any

from django.contrib import messages
from django.db.models import Max, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.views.generic import FormView

from caseload.intake.actions import sources, tokens
from caseload.intake.errors import IntakeError
from caseload.intake.models import ColumnMemory
from caseload.intake.portal.reviewing import reviews_in
from caseload.intake.portal.rules import term_on
from caseload.intake.presenters import sources as presenter
from caseload.intake.scorecards import made_here, scorecards
from caseload.intake.source_forms import AddSourceForm, ChangeSourceForm, TokenForm, answers_of
from caseload.intake.source_models import Source, SourceToken
from caseload.intake.views.base import FilesPage, OfFiles
from caseload.intake.views.family import family
from ccis.access.references import show_reference
from ccis.access.roles import Permission
from ccis.authorities.policy import policy_of
from ccis.govuk.lists import Column, Sort, page_of

SORTS = (Sort("name", "Name", ("key",)),)
COLUMNS = (
    Column("Who"),
    Column("Expected"),
    Column("Last file"),
    Column("Errors this month", numeric=True),
    Column("Matched this month", numeric=True),
)
HOME = {"href": "/files/sources/", "text": "Sources"}


class Sources(FilesPage):
    """Everyone who sends files to the authority, and what is awaited of them."""

    permission = Permission.MANAGE_SOURCES
    template_name = "intake/sources.jinja"

    def get(self, *args: Any, **kwargs: Any) -> HttpResponse:
        """Draw the page."""
        found = Source.objects.of(self.authority).select_related("provider", "authority")
        theirs = ~Q(files__kind__in=made_here())
        listed = page_of(
            found.annotate(last_file=Max("files__received_at", filter=theirs)),
            request=self.request,
            name="sources",
            sorts=SORTS,
            key="ref",
        )
        today = timezone.localdate()
        cards = scorecards(self.authority, listed.rows, today=today, months=2)
        term = term_on(today, policy_of(self.authority))
        reviewed = reviews_in(term, listed.rows)
        listed.rows[:] = [
            presenter.list_row(card, card.source.last_file, today)  # type: ignore[attr-defined]
            | {"review": presenter.review_line(card.source, reviewed, term)}
            for card in cards
        ]
        return self.render_to_response(
            self.get_context_data(
                listed=listed,
                columns=COLUMNS,
                caption_text="Sources",
                nothing_yet=not listed.total,
                family=family(self.user, self.authority, HOME["href"]),
            )
        )


class AddSource(OfFiles, FormView[AddSourceForm]):
    """Sets a source up before its first file."""

    permission = Permission.MANAGE_SOURCES
    template_name = "intake/source_form.jinja"
    form_class = AddSourceForm

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            **self.frame, is_new=True, back=HOME, cancel=HOME["href"], **kwargs
        )

    def form_valid(self, form: AddSourceForm) -> HttpResponse:
        try:
            source = sources.add(
                authority=self.authority,
                provider=form.provider,
                name=form.cleaned_data["source"],
                by=self.user,
                at=timezone.now(),
                **form.values(),
            )
        except IntakeError as error:
            form.add_error("source", error.message)
            return self.form_invalid(form)
        messages.success(self.request, "Source added")
        return redirect(presenter.address(source))


class _OfSource(OfFiles):
    """What pages of one source share; another authority's is not found (PIA-29)."""

    permission = Permission.MANAGE_SOURCES

    @cached_property
    def source(self) -> Source:
        """The source that the address names."""
        found = Source.objects.of(self.authority)
        return get_object_or_404(
            found.select_related("authority", "provider", "reminded_by"), ref=self.kwargs["ref"]
        )

    @property
    def about_source(self) -> dict[str, Any]:
        """What their templates want."""
        here = {"href": presenter.address(self.source), "text": "Source"}
        return {
            **self.frame,
            "source": self.source,
            "reference": show_reference(self.source.ref),
            "back": here,
            "cancel": here["href"],
        }


class ShowSource(_OfSource, FilesPage):
    """A source's scorecard by month, its tokens, and the columns that are remembered."""

    template_name = "intake/source.jinja"

    def get(self, *args: Any, **kwargs: Any) -> HttpResponse:
        """Draw the page."""
        today, source = timezone.localdate(), self.source
        (card,) = scorecards(self.authority, [source], today=today)
        remembered = ColumnMemory.objects.filter(authority=self.authority, source=source.key)
        made = source.tokens.select_related("made_by", "revoked_by", "source")
        context = {
            **self.about_source,
            "details": presenter.details(source),
            "owed": presenter.owed_tag(card, today),
            "heads": presenter.HEADS,
            "rows": presenter.table(card),
            "chart": presenter.chart(card),
            "files": [presenter.file_line(file) for file in source.files.all()[:10]],
            "tokens": [presenter.token_row(token, today) for token in made],
            "memories": presenter.memories(
                remembered.select_related("by").order_by("kind", "heading")
            ),
            "back": HOME,
        }
        return self.render_to_response(context)


class ChangeSource(_OfSource, FormView[ChangeSourceForm]):
    """Says anew what a source may send and when it is expected."""

    template_name = "intake/source_form.jinja"
    form_class = ChangeSourceForm

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        _ = self.source
        return super().get(request, *args, **kwargs)

    def get_initial(self) -> dict[str, Any]:
        return answers_of(self.source)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**self.about_source, **kwargs)

    def form_valid(self, form: ChangeSourceForm) -> HttpResponse:
        sources.change(source=self.source, by=self.user, at=timezone.now(), **form.values())
        messages.success(self.request, "Source changed")
        return redirect(presenter.address(self.source))


class _ActOnSource(_OfSource):
    """A button on a source's page."""

    http_method_names = ["post", "options"]

    def post(self, *args: Any, **kwargs: Any) -> HttpResponse:
        """Do it; what stands in its way is said."""
        try:
            messages.success(self.request, self.act(self.source))
        except IntakeError as error:
            messages.warning(self.request, error.message)
        return redirect(presenter.address(self.source))

    def act(self, source: Source) -> str:
        raise NotImplementedError


class Remind(_ActOnSource):
    """Tells a source that its file is awaited."""

    def act(self, source: Source) -> str:
        to = sources.remind(source=source, by=self.user, at=timezone.now())
        return f"A reminder has gone to {to}. It names nobody."


class ForgetColumns(_ActOnSource):
    """Forgets how a source's headings of a kind were matched."""

    def act(self, source: Source) -> str:
        kind = self.request.POST.get("kind", "")
        sources.forget_columns(source=source, kind=kind, by=self.user, at=timezone.now())
        return "Forgotten. Their next file asks for its columns again where it has to."


class MakeToken(_OfSource, FormView[TokenForm]):
    """Makes a token, and shows it once."""

    template_name = "intake/token.jinja"
    form_class = TokenForm

    def get_form_kwargs(self) -> dict[str, Any]:
        kwargs = super().get_form_kwargs()
        kwargs.pop("initial", None)
        return kwargs | {"source": self.source}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**self.about_source, **kwargs)

    def form_valid(self, form: TokenForm) -> HttpResponse:
        try:
            token, secret = tokens.make(
                source=self.source, by=self.user, at=timezone.now(), **form.cleaned_data
            )
        except IntakeError as error:
            form.add_error("expires_on", error.message)
            return self.form_invalid(form)
        self.template_name = "intake/token_made.jinja"
        context = {
            **self.about_source,
            "token": presenter.token_row(token, timezone.localdate()),
            "secret": secret,
            "api": self.request.build_absolute_uri(reverse("intake:api-files")),
        }
        return self.render_to_response(context)


class RevokeToken(_ActOnSource):
    """Takes a token back."""

    def act(self, source: Source) -> str:
        token = get_object_or_404(SourceToken, source=source, ref=self.kwargs["token"])
        tokens.revoke(token=token, by=self.user, at=timezone.now())
        return "The token was taken back. It does not work any more."
