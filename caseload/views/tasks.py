"""Work about young people: the list, and the buttons that take a task and say that it is done."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.views.generic import TemplateView, View

from caseload.actions import tasks
from caseload.dropouts.work import FileToDo, files_to_do
from caseload.errors import CannotRecord
from caseload.models import Task
from caseload.models.tasks import TaskQuerySet
from caseload.presenters import tasks as presenter
from caseload.queries.summaries import summaries_of
from caseload.seen import record_restricted
from ccis.access.checks import holds, memberships_of
from ccis.access.roles import Permission
from ccis.access.views import RequiresPermission, authority_of, signed_in_user
from ccis.accounts.models import User
from ccis.govuk.lists import Column, Sort, page_of
from ccis.govuk.words import plural

SORTS = (Sort("due", "Due", ("due_on",)), Sort("latest", "Done", ("-done_at",), nullable=True))

SHOWN = {"mine": "Mine", "nobodys": "Nobody's yet", "all": "All", "done": "Done"}
"""Which tasks a list may show, by the word in its address."""

EMPTY = {
    "mine": "You have no tasks to do.",
    "nobodys": "Every task has someone to do it.",
    "all": "There is nothing to do.",
    "done": "Nothing has been done yet.",
}


class TaskList(RequiresPermission, TemplateView):
    """Tasks about people whom the user may see, soonest first (pages §2.6, LDOR-04)."""

    permission = Permission.EDIT_PEOPLE
    template_name = "caseload/tasks.jinja"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        user, on = signed_in_user(self.request), timezone.localdate()
        show = self.request.GET.get("show", "")
        show = show if show in SHOWN else "mine"
        ours = Task.objects.visible_to(user).of(authority_of(self.request))
        shown = self._shown(ours, user, show)
        total = shown.count()
        listed = page_of(
            shown.select_related(
                "person__lead_authority", "owner", "opened__by", "done_by"
            ).order_by(),
            request=self.request,
            name=f"tasks-{show}",
            sorts=SORTS[::-1] if show == "done" else SORTS[:1],
            key="ref",
            sentence=plural(total, "task"),
            total=total,
        )
        people = [task.person for task in listed.rows]
        record_restricted(people, by=user, at=timezone.now(), page="tasks")
        named = summaries_of(people, on)
        listed.rows[:] = [
            presenter.row(task, user, on, name=named[task.person_id].sorted_name)
            for task in listed.rows
        ]
        columns = ("Who", "What", "Why", "Done" if show == "done" else "Due", "Whose", "Do")
        return super().get_context_data(
            listed=listed,
            columns=[Column(label, hidden_label=label == "Do") for label in columns],
            caption_text=f"Tasks: {SHOWN[show].lower()}",
            show=show,
            places=[
                {"text": text, "href": f"{self.request.path}?show={name}", "current": name == show}
                for name, text in SHOWN.items()
            ],
            empty_text=EMPTY[show],
            files=[presenter.file_row(one, user, on) for one in self._files(user, show)],
            nobodys=self._shown(ours, user, "nobodys").count() if show == "mine" else 0,
            **kwargs,
        )

    def _files(self, user: User, show: str) -> list[FileToDo]:
        found = files_to_do(authority_of(self.request), user)
        whose: dict[str, list[User | None]] = {"mine": [user], "nobodys": [None], "done": []}
        return [one for one in found if one.owner in whose.get(show, [one.owner])]

    @staticmethod
    def _shown(tasks: TaskQuerySet, user: User, show: str) -> TaskQuerySet:
        if show == "done":
            return tasks.filter(state=Task.State.DONE)
        if show == "all":
            return tasks.still_open()
        return tasks.still_open().filter(owner=user if show == "mine" else None)


class ActOnTask(View):
    """A button of a task: does one thing, and goes back to where it was pressed."""

    permission = Permission.EDIT_PEOPLE
    http_method_names = ["post", "options"]
    said = ""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return redirect_to_login(reverse("caseload:tasks"))
        user = signed_in_user(request)
        if not any(holds(user, self.permission, m.authority) for m in memberships_of(user)):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def post(self, request: HttpRequest, task: str) -> HttpResponse:
        user = signed_in_user(request)
        found = get_object_or_404(
            Task.objects.visible_to(user).select_related("person__lead_authority"), ref=task
        )
        if not holds(user, self.permission, found.person.lead_authority):
            raise PermissionDenied
        try:
            self.act(found, user)
        except CannotRecord as error:
            messages.warning(request, error.message)
        else:
            messages.success(request, self.said)
        show = request.POST.get("show", "")
        if show in SHOWN:
            return redirect(f"{reverse('caseload:tasks')}?show={show}")
        return redirect("caseload:person", ref=found.person.ref)

    def act(self, task: Task, user: User) -> None:
        """The one call that does it."""
        raise NotImplementedError


class TakeTask(ActOnTask):
    """Make it one's own."""

    said = "The task is yours"

    def act(self, task: Task, user: User) -> None:
        tasks.take(task=task, by=user, at=timezone.now())


class DoneTask(ActOnTask):
    """Say that it is done; it can be opened again."""

    said = "Task done"

    def act(self, task: Task, user: User) -> None:
        tasks.done(task=task, by=user, at=timezone.now())


class OpenTaskAgain(ActOnTask):
    """Say that it is not done after all."""

    said = "The task is open again"

    def act(self, task: Task, user: User) -> None:
        tasks.open_again(task=task, by=user, at=timezone.now())
