"""Whether this process can do its work: asked by load balancers and by the supervisor."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from ccis.purges.standing import Standing, standing

SAID = {
    Standing.CURRENT: "ok",
    Standing.RESTORED: "ok, but sharing is closed until purges are replayed",
    Standing.LOST: "ok, but sharing is closed: the register of purges is lost",
}


@login_not_required
@never_cache
@require_safe
def health(request: HttpRequest) -> HttpResponse:
    """Answer 200 when the database answers, and say when what was shared is shown to nobody."""
    return HttpResponse(SAID[standing()], content_type="text/plain")
