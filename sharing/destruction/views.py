"""Who is still to confirm, taking their word, and certificates (pages §2.5)."""

from functools import cached_property
from typing import Any, TypeVar

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe
from django.views.generic import FormView
from django.views.generic.base import ContextMixin, TemplateResponseMixin

from ccis.access.references import show_reference
from ccis.access.roles import Permission
from ccis.access.views import RequiresPermission
from ccis.audit import published
from ccis.govuk.lists import Sort, page_of
from ccis.govuk.words import plural
from providers.portal.views import PortalView
from sharing.destruction import actions, presenters
from sharing.destruction.forms import OwnForm, SaidForm, WordForm
from sharing.destruction.models import Confirmation
from sharing.errors import CannotShare
from sharing.models import SharedList
from sharing.queries.opening import lists_of
from sharing.views.base import OfList, ShowSharing

AWord = TypeVar("AWord", bound=WordForm)


class Destruction(ShowSharing):
    """Lists that wait for an organisation's word, and the certificates so far."""

    permission = Permission.SEE_LEDGER
    place = "destruction:now"
    template_name = "destruction/now.jinja"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        at = timezone.now()
        confirmed = Confirmation.objects.visible_to(self.user).filter(
            on_list__authority=self.authority
        )
        listed = page_of(
            confirmed.select_related("on_list__provider"),
            request=self.request,
            name="certificates",
            sorts=(Sort("newest", "Newest", ("-recorded_at",)),),
            key="ref",
        )
        listed.rows[:] = presenters.certificate_rows(list(listed.rows))
        return super().get_context_data(
            waiting=presenters.waiting_rows(presenters.lists_waiting(self.authority, at), at),
            waiting_columns=presenters.WAITING,
            listed=listed,
            columns=presenters.CERTIFICATES,
            caption_text="Certificates of destruction",
            nothing_yet=not listed.total,
            may_act=self.may(Permission.RECALL_SHARED),
            **kwargs,
        )


class Remind(OfList):
    """Asks an organisation again."""

    permission = Permission.RECALL_SHARED
    http_method_names = ["post", "options"]

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Ask; what stands in the way is said."""
        try:
            made = actions.chase(self.shared, by=self.user, at=timezone.now())
        except CannotShare as error:
            messages.warning(request, error.message)
        else:
            messages.success(request, f"Asked {plural(made.told, 'person', 'people')}")
        return redirect("destruction:now")


class TakesWord(RequiresPermission, FormView[AWord]):
    """Takes a word about those whom the page counted when it was drawn, and nobody since."""

    shared: Any
    """The list that the word is about."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        now = timezone.now()
        if "form" not in kwargs:
            kwargs["form"] = self.get_form()
        form = kwargs["form"]
        form.initial["seen"] = now.isoformat()
        seen = form.cleaned_data.get("seen", now) if form.is_bound else now
        waiting = actions.waiting(self.shared, seen).count()
        return super().get_context_data(
            reference=show_reference(self.shared.ref),
            people=plural(waiting, "person", "people"),
            nothing=not waiting,
            **kwargs,
        )

    def confirm(self, form: AWord) -> Confirmation | None:
        """Keep the word; what stands in the way is said on the form."""
        seen = form.cleaned_data["seen"]
        try:
            return actions.confirm(
                self.shared, form.word, by=self.user, at=timezone.now(), seen=seen
            )
        except CannotShare as error:
            form.add_error(error.field if error.field in form.fields else None, error.message)
            return None

    def say(self, words: str) -> None:
        """Say that it is done, and how many are still to be confirmed."""
        waiting = actions.waiting(self.shared, timezone.now()).count()
        if waiting:
            words += f". Still to be confirmed on this list: {plural(waiting, 'person', 'people')}"
        messages.success(self.request, words)


class Said(TakesWord[SaidForm], OfList):
    """Takes what the organisation told an officer."""

    permission = Permission.RECALL_SHARED
    form_class = SaidForm
    template_name = "destruction/said.jinja"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            organisation=self.shared.provider.name,
            back={"href": reverse("destruction:now"), "text": "Destruction"},
            cancel=reverse("destruction:now"),
            **kwargs,
        )

    def form_valid(self, form: SaidForm) -> HttpResponse:
        made = self.confirm(form)
        if made is None:
            return self.form_invalid(form)
        self.say(f"Certificate {show_reference(made.ref)} made")
        return redirect("destruction:certificate", made.ref)


class OfCertificate(ShowSharing):
    """A page of one certificate of the authority."""

    permission = Permission.SEE_LEDGER
    place = "destruction:now"

    @cached_property
    def confirmation(self) -> Confirmation:
        """The certificate that the address names."""
        mine = Confirmation.objects.visible_to(self.user).filter(on_list__authority=self.authority)
        return get_object_or_404(
            mine.select_related("on_list__provider", "recorded_by"), ref=self.kwargs["ref"]
        )


class ShowCertificate(OfCertificate):
    """What a certificate states, what rests on whose word, and whether it holds."""

    template_name = "destruction/certificate.jinja"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        one = self.confirmation
        signed = presenters.signed(one)
        return super().get_context_data(
            reference=show_reference(one.ref),
            details=presenters.details(one, is_true=signed.holds(published.public_keys())),
            limits=[signed.says["rests_on_their_word"], signed.says["in_backups"]],
            download=reverse("destruction:certificate-file", args=[one.ref]),
            back={"href": reverse("destruction:now"), "text": "Destruction"},
            **kwargs,
        )


class CertificateFile(OfCertificate):
    """The certificate to keep, which anyone can verify with the published key."""

    def get(self, *args: Any, **kwargs: Any) -> HttpResponse:
        """The file."""
        one = self.confirmation
        response = HttpResponse(
            presenters.signed(one).as_file(), content_type="application/json; charset=utf-8"
        )
        response["Content-Disposition"] = f'attachment; filename="certificate-{one.ref}.json"'
        return response


@login_not_required
@require_safe
def certificate_keys(request: HttpRequest) -> HttpResponse:
    """The public keys that certificates are checked with, for anyone, as one text."""
    text = published.as_pem(published.public_keys())
    return HttpResponse(text, content_type="text/plain; charset=utf-8")


# -- the named individual's side -------------------------------------------------------------------


class Mine(PortalView):
    """A page for a named individual about lists that they may open."""

    permission = Permission.CONFIRM_DESTRUCTION

    @property
    def lists(self) -> QuerySet[SharedList]:
        """Those that they may open where they sit, also once their agreement has ended."""
        return lists_of(self.seat).select_related("authority", "provider")


class ToConfirm(Mine, TemplateResponseMixin, ContextMixin):
    """What there is to destroy and confirm: numbers, and nobody's name."""

    template_name = "destruction/mine.jinja"

    def get(self, *args: Any, **kwargs: Any) -> HttpResponse:
        """Draw the page."""
        at = timezone.now()
        counted = [(one, actions.waiting(one, at).count()) for one in self.lists]
        return self.render_to_response(
            self.get_context_data(
                lists=[
                    {
                        "text": f"List {show_reference(one.ref)}",
                        "people": plural(count, "person", "people"),
                        "href": reverse("destruction:confirm", args=[one.ref]),
                    }
                    for one, count in counted
                    if count
                ],
                back={"href": reverse("mylist:list"), "text": "My list"},
            )
        )


class Confirm(TakesWord[OwnForm], Mine):
    """Takes a named individual's word that all copies are destroyed."""

    form_class = OwnForm
    template_name = "destruction/confirm.jinja"

    @cached_property
    def shared(self) -> SharedList:
        """The list that the address names."""
        return get_object_or_404(self.lists, ref=self.kwargs["list"])

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            back={"href": reverse("destruction:mine"), "text": "To confirm"},
            cancel=reverse("destruction:mine"),
            **kwargs,
        )

    def form_valid(self, form: OwnForm) -> HttpResponse:
        if self.confirm(form) is None:
            return self.form_invalid(form)
        self.say("Thank you. The council has been told")
        return redirect("destruction:mine")
