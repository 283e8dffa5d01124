"""Addresses of choices and requests (pages §2.4). Nothing personal stands in any of them.

The code of a letter stands in one address alone, which sends the phone on at once.
"""

from django.urls import path, re_path

import ccis.access.converters  # noqa: F401 - registers <ref:…>
from optout.views import (
    answering,
    corrections,
    deciding,
    person,
    public,
    public_more,
    requests,
    who,
)

app_name = "optout"

PUBLIC = [
    path("choices/", who.Start.as_view(), name="start"),
    path("choices/no-code/", who.NoCode.as_view(), name="no-code"),
    path("choices/no-code/born/", who.Born.as_view(), name="born"),
    path("choices/no-code/postcode/", who.Postcode.as_view(), name="postcode"),
    path("choices/no-code/council/", who.Council.as_view(), name="council"),
    path("choices/what/", public.What.as_view(), name="what"),
    path("choices/stop/", public.Stop.as_view(), name="stop"),
    path("choices/wrong/", public.Wrong.as_view(), name="wrong"),
    path("choices/doing/", public.Doing.as_view(), name="doing"),
    path("choices/reach/", public.Reach.as_view(), name="reach"),
    path("choices/again/", public.Again.as_view(), name="again"),
    path("choices/help/", public.Help.as_view(), name="help"),
    path("choices/answer/", public.HowToAnswer.as_view(), name="answer"),
    path("choices/check/", public.Check.as_view(), name="check"),
    path("choices/done/", public.Done.as_view(), name="done"),
    path("choices/finish/", public.Finish.as_view(), name="finish"),
    path("choices/finished/", public.Finished.as_view(), name="finished"),
    path("choices/language/", public_more.Language.as_view(), name="language"),
    # Whatever else stands there is read as a code, with or without its slash, so that nobody is
    # told apart by what they mistyped and no browser is told to keep an address with a code in it.
    re_path(r"^choices/(?P<code>[^/]{8,60})/?$", who.OpenLink.as_view(), name="link"),
    path("complain/", public_more.Complain.as_view(), name="complain"),
    path("complain/council/", public_more.ComplainCouncil.as_view(), name="complain-council"),
]

urlpatterns = [
    *PUBLIC,
    path("people/<ref:ref>/choices/", person.Choices.as_view(), name="person"),
    path("people/<ref:ref>/choices/new/", person.RecordChoice.as_view(), name="person-new"),
    path(
        "people/<ref:ref>/choices/<int:place>/take-out/",
        person.TakeOut.as_view(),
        name="person-take-out",
    ),
    path("people/<ref:ref>/choices/code/", person.MakeCode.as_view(), name="person-code"),
    path("requests/", requests.Requests.as_view(), name="requests"),
    path("requests/new/", requests.TakeRequest.as_view(), name="request-new"),
    path("requests/<ref:ref>/", requests.ShowRequest.as_view(), name="request"),
    path("corrections/", corrections.Corrections.as_view(), name="corrections"),
    path("corrections/<ref:ref>/", corrections.ShowCorrection.as_view(), name="correction"),
    path(
        "corrections/<ref:ref>/about/",
        deciding.PointCorrection.as_view(),
        name="correction-about",
    ),
    path(
        "corrections/<ref:ref>/accept/",
        deciding.AcceptCorrection.as_view(),
        name="correction-accept",
    ),
    path(
        "corrections/<ref:ref>/decline/",
        deciding.DeclineCorrection.as_view(),
        name="correction-decline",
    ),
    path("requests/<ref:ref>/match/", answering.Match.as_view(), name="request-match"),
    path("requests/<ref:ref>/answer/", answering.AnswerRequest.as_view(), name="request-answer"),
    path("requests/<ref:ref>/sent/", answering.MarkSent.as_view(), name="request-sent"),
    path("requests/<ref:ref>/progress/", answering.TellProgress.as_view(), name="request-progress"),
]
