"""The person page: everything that was recorded, as a story (pages §4.3)."""

from typing import Any

from django.urls import reverse

from caseload.presenters import tasks, timeline
from caseload.queries.timeline import person_timeline
from caseload.views.person import ShowPerson
from ccis.access.views import signed_in_user


class Story(ShowPerson):
    """Thirty events, newest first, of all kinds or one; then the earlier ones."""

    page = "story"
    tab = "story"
    template_name = "caseload/story.jinja"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        kind = self.request.GET.get("show", "")
        kind = kind if kind in timeline.KIND_WORDS else ""
        past = self.request.GET.get("past", "")
        skipped = int(past) if past.isdecimal() and len(past) < 6 else 0
        user = signed_in_user(self.request)
        events = person_timeline(self.person, user)
        chosen = [event for event in events if kind in ("", event.kind)]
        shown = chosen[skipped : skipped + timeline.ON_A_PAGE]
        earlier = skipped + timeline.ON_A_PAGE if len(chosen) > skipped + len(shown) else 0
        return super().get_context_data(
            items=[timeline.item(event, self.person) for event in shown],
            kinds=timeline.kinds(self.person, kind),
            earlier=self._link(kind, earlier) if earlier else "",
            later=self._link(kind, max(skipped - timeline.ON_A_PAGE, 0)) if skipped else "",
            total=len(chosen),
            work=[tasks.row(task, user, self.on) for task in self.work],
            **kwargs,
        )

    def _link(self, kind: str, past: int) -> str:
        words = [f"show={kind}"] if kind else []
        words += [f"past={past}"] if past else []
        story = reverse("caseload:person", args=[self.person.ref])
        return f"{story}?{'&'.join(words)}" if words else story
